"""Compile the benchmark's C++ (floors, mlpack's contestant) into .build/ and load it."""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
from pathlib import Path

from jobs import BUILD, ROOT, Job

CXX = os.environ.get("CXX", "g++")
FLAGS = ["-std=c++20", "-O3", "-march=native", "-mprefer-vector-width=512", "-fno-math-errno"]


def _cpu() -> str:
    """What -march=native depends on: the processor's features."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def compile_once(source: Path, flags: list[str], libraries: list[str], shared: bool = True) -> Path:
    """The compiled file; made anew when a source beside it, a flag or the processor changed."""
    text = b"".join(path.read_bytes() for path in sorted(source.parent.glob("*.[ch]pp")))
    kind = ["-shared", "-fPIC"] if shared else []
    command = [CXX, *FLAGS, *flags, *kind, str(source), *libraries]
    key = hashlib.sha256(text + " ".join(command).encode() + _cpu().encode()).hexdigest()[:16]
    target = BUILD / f"{source.stem}-{key}{'.so' if shared else ''}"
    if not target.exists():
        BUILD.mkdir(exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        subprocess.run([*command, "-o", str(partial)], check=True)
        partial.rename(target)
    return target


def build_specialised(job: Job) -> Path:
    """The floor that knows the job's sizes."""
    sizes = ",".join(map(str, job.sizes))
    flags = [f"-DSIZES={sizes}", f"-DBATCH={job.batch}", f"-D{job.loss.upper()}"]
    return compile_once(ROOT / "floors" / "specialised.cpp", flags, [])


def build_gemm() -> Path:
    """The loop around a BLAS's sgemm."""
    return compile_once(ROOT / "floors" / "gemm.cpp", [], [])


def build_mlpack(loss: str, shared: bool = True) -> Path:
    """mlpack's network with one loss; headers come from Debian's libmlpack-dev."""
    flags = ["-DNDEBUG", "-DMLPACK_USE_SYSTEM_STB", f"-DLOSS_{loss.upper()}"]
    source = ROOT / "contestants" / "mlpack_mlp.cpp"
    return compile_once(source, flags, ["-larmadillo", "-ldl"], shared)


def has_mlpack() -> bool:
    """Whether mlpack's headers are on this machine."""
    command = [CXX, "-E", "-x", "c++", "-", "-o", os.devnull]
    test = subprocess.run(
        command, input=b"#include <mlpack/config.hpp>", stderr=subprocess.DEVNULL, check=False
    )
    return test.returncode == 0


def load(path: Path, **results: type) -> ctypes.CDLL:
    """The library, with the result types of the functions named."""
    library = ctypes.CDLL(str(path))
    for name, kind in results.items():
        getattr(library, name).restype = kind
    return library


def pointer(array) -> ctypes.c_void_p:
    """Where a NumPy array's data lies; the caller keeps the array alive."""
    return ctypes.c_void_p(array.ctypes.data)
