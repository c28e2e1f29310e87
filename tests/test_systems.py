"""What only some systems have is checked before it is used: read in the code, and run without.

Windows and macOS are not at hand, so the first test reads every file for names that one of the
systems lacks, and the second hides what Windows lacks from a process that trains, saves and draws.
"""

import ast
import ctypes
import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import brickwork
from brickwork import screen
from brickwork.commands import failures, untouched
from brickwork.dialects import run
from brickwork.saving import atomic

PACKAGE = Path(brickwork.__file__).parent

#: Modules that are not on every system.
MODULES = set(
    """fcntl grp msvcrt posix pty pwd readline resource spwd syslog termios tty winreg
    _posixsubprocess _winapi""".split()
)
#: Names in modules that are. The first line of each is what our code has used.
NAMES = {
    "os": """O_TMPFILE O_DIRECTORY O_BINARY fchmod register_at_fork sched_getaffinity fork
        O_ASYNC O_CLOEXEC O_DIRECT O_DSYNC O_EXLOCK O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW
        O_NONBLOCK O_PATH O_RSYNC O_SHLOCK O_SYNC O_NOINHERIT O_SEQUENTIAL P_ALL RTLD_GLOBAL
        RTLD_LAZY RTLD_LOCAL RTLD_NOW SCHED_OTHER SEEK_DATA SEEK_HOLE WCOREDUMP WEXITSTATUS
        WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WSTOPSIG WTERMSIG chflags chown chroot confstr
        copy_file_range ctermid eventfd fchdir fchown fdatasync forkpty fpathconf fstatvfs
        get_blocking getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp
        getpriority getrandom getresgid getresuid getsid getuid getxattr initgroups killpg lchflags
        lchmod lchown listxattr lockf login_tty major makedev memfd_create minor mkfifo mknod nice
        openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn posix_spawnp
        pread preadv pwrite pwritev readv removexattr sched_get_priority_max sched_setaffinity
        sched_setscheduler sched_yield sendfile set_blocking setegid seteuid setgid setgroups
        setns setpgid setpriority setregid setresgid setresuid setreuid setsid setuid setxattr
        splice startfile statvfs sync sysconf tcgetpgrp tcsetpgrp ttyname uname unshare wait wait3
        wait4 waitid writev""",
    "signal": """SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP
        SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH alarm getitimer pause
        pidfd_send_signal pthread_kill pthread_sigmask setitimer siginterrupt sigpending
        sigtimedwait sigwait sigwaitinfo CTRL_BREAK_EVENT CTRL_C_EVENT""",
    "time": "clock_getres clock_gettime clock_gettime_ns clock_settime pthread_getcpuclockid tzset",
    "socket": "AF_UNIX socketpair sendmsg recvmsg",
    "select": "epoll kqueue poll",
    "errno": "ENOTSUP EDQUOT",
    "ctypes": "windll oledll WinError",
    "sys": "getwindowsversion winver setdlopenflags getdlopenflags",
    "threading": "pthread_getname_np",
}
NAMES = {module: set(names.split()) for module, names in NAMES.items()}
#: Folders of Linux, and devices; `os.devnull` is what all have.
PLACES = ("/proc/", "/sys/", "/dev/", "/etc/", "/tmp", "/var/", "/usr/", "/home")
#: Where the code names such a place, and why that does no harm elsewhere.
NAMED = {
    "/proc/self/cgroup": "a file that is not there sets no quota",
    "/sys/fs/cgroup": "the same",
    "/sys/fs/cgroup/memory.max": "a file that is not there sets no limit",
    "/proc/self/fd": "checked first",
    "/proc/self/fd/": "an error of the system leads to macOS's way",
    "/proc": "a file that is not there says nothing",
}


def guards(nodes: list[ast.AST]) -> set[str]:
    """What a function, or the top of a module, checks before it uses it: names, and "system"
    if it checks the system, or catches a missing module."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("hasattr", "getattr"):
            found |= {a.value for a in node.args[1:2] if isinstance(a, ast.Constant)}
            if isinstance(node.args[0], ast.Name) and node.args[0].id in MODULES:
                found.add(node.args[0].id)  # None has none of a module's names
        elif isinstance(node, ast.Compare):
            words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
                found |= words  # `if fcntl is not None`
            if ast.unparse(node.left) in ("os.name", "sys.platform"):
                found.add("system")
        elif isinstance(node, ast.ExceptHandler) and node.type is not None:
            if {"ImportError", "ModuleNotFoundError"} & set(
                ast.unparse(node.type).strip("()").split(", ")
            ):
                found.add("system")
    return found


def imported(node: ast.AST) -> set[str]:
    """Modules, and "module.name" of names, that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return set()


def scopes(tree: ast.Module) -> list[list[ast.AST]]:
    """The nodes of each function, nested ones with it, and those outside of all."""
    outside, functions, waiting = [], [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append(list(ast.walk(node)))
        else:
            outside.append(node)
            waiting += ast.iter_child_nodes(node)
    return [outside, *functions]


def unguarded(source: str) -> list[str]:
    """What a file uses that some system lacks, without a check in the same function."""
    problems = []
    tree = ast.parse(source)
    documents = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for nodes in scopes(tree):
        guarded = guards(nodes)
        for node in nodes:
            used = {
                name
                for name in imported(node)
                if name in MODULES
                or name.partition(".")[2] in NAMES.get(name.partition(".")[0], ())
            }
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module, name = node.value.id, node.attr
                if module in MODULES or name in NAMES.get(module, ()):
                    used.add(f"{module}.{name}")
            for name in used:
                words = set(name.split(".")) | {"system"}
                if not words & guarded:
                    problems.append(f"line {node.lineno}: {name}")
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in documents
                and node.value.startswith(PLACES)
                and node.value not in NAMED
            ):
                problems.append(f"line {node.lineno}: {node.value!r}")
    return problems


def test_what_some_system_lacks_is_checked_first():
    problems = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        problems += [f"{name}, {text}" for text in unguarded(path.read_text("utf-8"))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "source, found",
    [
        ("import fcntl", 1),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", 0),
        ("def f(x):\n    fcntl.flock(x, 1)", 1),
        ("def f(x):\n    if fcntl is not None:\n        fcntl.flock(x, 1)", 0),
        ("import os\nos.fchmod(1, 2)", 1),
        ("import os\ndef f():\n    if hasattr(os, 'fchmod'):\n        os.fchmod(1, 2)", 0),
        ("import os\ndef f():\n    if hasattr(os, 'fchown'):\n        os.fchmod(1, 2)", 1),
        ("from signal import SIGKILL", 1),
        ("from resource import setrlimit", 1),
        ("class A:\n    def f(self):\n        return os.getuid()", 1),
        ("import os\ndef f():\n    if os.name != 'nt':\n        os.fork()", 0),
        ("open('/proc/self/status')", 1),
        ("'''Where there is /proc/self/status.'''", 0),
        ("import os\nopen(os.devnull)", 0),
    ],
)
def test_such_names_are_found(source, found):
    assert len(unguarded(source)) == found, unguarded(source)


#: Hides what Windows lacks. The standard library and NumPy, which have their own ways, come before.
HIDE = """
import asyncio, multiprocessing, os, pathlib, random, shutil, signal, subprocess, sys
import tempfile, zipfile
import numpy
for name in [name for name in vars(shutil) if name.startswith("_USE_CP_")]:
    setattr(shutil, name, False)  # the fast ways of its systems
shutil._copyxattr = lambda *args, **kwargs: None
shutil._use_fd_functions, shutil._rmtree_impl = False, shutil._rmtree_unsafe
for name in {modules!r}:
    sys.modules[name] = None
for name in {names!r}:
    if name != "O_BINARY" and hasattr(os, name):
        delattr(os, name)
for name in {signals!r}:
    if hasattr(signal, name):
        delattr(signal, name)
os.supports_dir_fd = os.supports_fd = set()

def without_proc(function):
    def called(path=".", *args, **kwargs):
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(("/proc", "/sys")):
            raise FileNotFoundError(2, "there is no /proc", path)
        return function(path, *args, **kwargs)
    return called

for name in ("open", "stat", "lstat", "readlink", "listdir", "scandir"):
    setattr(os, name, without_proc(getattr(os, name)))
link = os.link
def plain_link(a, b, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True):
    assert src_dir_fd is dst_dir_fd is None, "Windows opens no folders"
    link(a, b)
os.link = plain_link
"""

CORE = """
import numpy as np
import brickwork
from brickwork import Sequential, layers
from brickwork.callbacks import BackupAndRestore, ModelCheckpoint
from brickwork.engines.threads import cores
from brickwork.saving import load_model
assert "fcntl" not in {m for m in sys.modules if sys.modules[m]}
assert cores() >= 1
os.chdir(sys.argv[1])
brickwork.utils.set_random_seed(1)
x = np.random.rand(60, 4).astype("float32")
model = Sequential([layers.Input((4,)), layers.Dense(8, "relu"), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x.sum(1), epochs=3, verbose=0, validation_split=0.2,
          callbacks=[BackupAndRestore("backup"), ModelCheckpoint("best.brick")])
model.save("m.brick")
model.save("m.brick")  # in place of what is there
assert np.array_equal(load_model("m.brick").predict(x, verbose=0), model.predict(x, verbose=0))
model.draw().save("m.svg")
assert sorted(p for p in os.listdir() if p.startswith(".")) == [], os.listdir()

from brickwork.cli import main
pathlib.Path("kept.txt").write_text("old")
pathlib.Path("lesson.py").write_text("from keras import Sequential, layers\\n"
    "open('kept.txt', 'w').write('new')\\n"
    "model = Sequential([layers.Input((2,)), layers.Dense(3)])\\n")
assert main(["draw", "lesson.py", "-o", "lesson.svg"]) == 0
assert pathlib.Path("kept.txt").read_text() == "old"
assert main(["summary", "m.brick"]) == 0
assert main(["demo", "--help"]) == 0
"""


def test_without_what_windows_lacks_it_trains_saves_and_draws(tmp_path):
    hide = HIDE.format(
        modules=sorted(MODULES - {"posix"}),
        names=sorted(NAMES["os"]),
        signals=sorted(NAMES["signal"]),
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", hide + CORE, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The other ways, one by one: what a system would say is put in its place.


def test_ctrl_c_on_windows_is_an_exit_status(monkeypatch):
    monkeypatch.setattr(run.os, "name", "nt")
    assert run.end_by_interrupt() % (1 << 32) == 0xC000013A


@pytest.mark.parametrize(
    "name, error, closed",
    [
        ("posix", BrokenPipeError(), True),
        ("nt", OSError(errno.EINVAL, "Invalid argument"), True),
        ("posix", OSError(errno.EINVAL, "Invalid argument"), False),
        ("nt", OSError(errno.EINVAL, "Invalid argument", "a:b"), False),
        ("nt", ValueError(), False),
    ],
)
def test_a_closed_pipe(monkeypatch, name, error, closed):
    monkeypatch.setattr(failures.os, "name", name)
    assert failures._is_broken_pipe(error) is closed


@pytest.mark.parametrize("obeys", [True, False])
def test_the_windows_terminal_is_set_to_obey_escape_codes(monkeypatch, obeys):
    modes = []
    kernel = SimpleNamespace(
        GetConsoleMode=lambda console, mode: 1,
        SetConsoleMode=lambda console, mode: modes.append(mode) or obeys,
    )
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda number: 7))
    monkeypatch.setattr(screen.os, "name", "nt")
    assert screen._takes_commands(SimpleNamespace(fileno=lambda: 1)) is obeys
    assert modes == [4]
    assert not screen._takes_commands(io.StringIO())


def test_macos_brings_files_to_the_disk(monkeypatch):
    guarded = []
    fake = SimpleNamespace(F_FULLFSYNC=51, fcntl=lambda file, order: guarded.append((file, order)))
    monkeypatch.setattr(atomic, "fcntl", fake)
    atomic._sync(3)
    assert guarded == [(3, 51)]

    def unknown(file, order):
        raise OSError(errno.ENOTSUP, "no such order")

    fake.fcntl = unknown
    synced = []
    monkeypatch.setattr(atomic.os, "fsync", synced.append)
    atomic._sync(4)
    assert synced == [4]


def test_macos_reports_the_path_of_an_open_folder(monkeypatch):
    path = lambda descriptor, order, room: b"/a folder".ljust(len(room), b"\0")  # noqa: E731
    monkeypatch.setitem(sys.modules, "fcntl", SimpleNamespace(F_GETPATH=50, fcntl=path))

    def no_proc(path):
        raise FileNotFoundError(errno.ENOENT, "there is no /proc", path)

    monkeypatch.setattr(untouched.os, "readlink", no_proc)
    assert untouched._inside("a.txt", 9) == os.path.join("/a folder", "a.txt")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert untouched._inside("a.txt", 9) == "a.txt"


def test_a_file_that_windows_does_not_replace_is_written_over(tmp_path, monkeypatch):
    def open_elsewhere(source, target):
        raise PermissionError(errno.EACCES, "it is open", source, None, target)

    path = tmp_path / "a.txt"
    path.write_text("old")
    restored = []
    with monkeypatch.context() as patched:
        with untouched.restoring_files(restored):
            path.write_text("new")
            patched.setattr(untouched.os, "replace", open_elsewhere)
    assert path.read_text() == "old" and restored == [str(path)]
    assert os.listdir(tmp_path) == ["a.txt"]
