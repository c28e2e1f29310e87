"""What the Makefile says to a machine that lacks something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parent.parent / "tools" / "check-machine"
GOOD, BAD = "#!/bin/sh\nexit 0\n", "#!/bin/sh\nexit 1\n"


@pytest.fixture
def machine(tmp_path):
    """Runs the check where there are only the programs given: name -> script."""

    def check(programs, *wanted, user=0, system="Linux"):
        tools = {"id": f"#!/bin/sh\necho {user}\n", "uname": f"#!/bin/sh\necho {system}\n"}
        for name, text in {**tools, **programs}.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)
        return subprocess.run(
            [shutil.which("sh"), str(CHECK), *wanted],
            text=True,
            env={"PATH": str(tmp_path)},
            capture_output=True,
        )

    return check


REAL = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
NO_VENV = f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"\n'
NO_HEADERS = (
    '#!/bin/sh\ncase "$*" in *sysconfig*) echo /nowhere; exit;; esac\n'
    f'exec "{sys.executable}" "$@"\n'
)


def test_a_machine_that_has_all(machine):
    done = machine({"python3": REAL, "c++": GOOD})
    assert (done.returncode, done.stdout, done.stderr) == (0, "python3\n", "")


def test_an_old_python_is_passed_over(machine):
    done = machine({"python3": BAD, "python3.12": REAL, "clang++": GOOD})
    assert (done.returncode, done.stdout) == (0, "python3.12\n")


@pytest.mark.parametrize(
    ("programs", "line"),
    [
        ({"python3": REAL, "apt-get": GOOD}, "apt-get update && apt-get install -y g++"),
        (
            {"python3": NO_VENV, "c++": GOOD, "apt-get": GOOD},
            "apt-get update && apt-get install -y python3-venv",
        ),
        (
            {"python3": NO_HEADERS, "c++": GOOD, "apt-get": GOOD},
            "apt-get update && apt-get install -y python3-dev",
        ),
        (
            {"apt-get": GOOD},
            "apt-get update && apt-get install -y python3 python3-venv python3-dev g++",
        ),
        ({"python3": NO_HEADERS, "dnf": GOOD}, "dnf install -y python3-devel gcc-c++"),
        ({"python3": BAD, "c++": BAD, "dnf": GOOD}, "dnf install -y python3 python3-devel gcc-c++"),
        ({"python3": REAL, "pacman": GOOD}, "pacman -S gcc"),
        ({"python3": REAL, "apk": GOOD}, "apk add g++"),
    ],
)
def test_the_line_that_installs_what_is_missing(machine, programs, line):
    done = machine(programs)
    assert done.returncode == 1 and done.stdout == ""
    assert f"\n    {line}\n" in done.stderr


def test_sudo_for_those_who_need_it(machine):
    done = machine({"python3": REAL, "apt-get": GOOD}, user=1000)
    assert "    sudo apt-get update && sudo apt-get install -y g++\n" in done.stderr


@pytest.mark.parametrize(
    ("programs", "line"),
    [
        ({"python3": REAL}, "xcode-select --install"),
        ({"c++": GOOD}, "brew install python"),
        ({}, "xcode-select --install && brew install python"),
    ],
)
def test_macos(machine, programs, line):
    assert f"\n    {line}\n" in machine(programs, system="Darwin").stderr


def test_only_what_is_named_is_looked_for(machine):
    done = machine({"python3": NO_VENV, "c++": GOOD}, "compiler", "headers")
    assert (done.returncode, done.stderr) == (0, "")
    done = machine({"python3": NO_HEADERS, "c++": BAD, "apt-get": GOOD}, "compiler")
    assert done.returncode == 1 and "install -y g++\n" in done.stderr


def test_cmake_says_it_before_it_looks_for_a_compiler(tmp_path):
    """`pip install` of a folder shows this, and nothing that only CMake's authors understand."""
    cmake = Path(sys.executable).with_name("cmake")
    if not cmake.exists():
        pytest.skip("cmake is not installed with this Python")
    done = subprocess.run(
        [
            cmake,
            "-S",
            CHECK.parent.parent,
            "-B",
            tmp_path,
            "-DCMAKE_CXX_COMPILER=gone++",
            f"-DPython_EXECUTABLE={sys.executable}",
        ],
        text=True,
        capture_output=True,
    )
    assert done.returncode == 1
    assert "a compiler of C++20 (looked for gone++)" in " ".join(done.stderr.split())
    assert done.stderr.count("CMake Error") == 1
