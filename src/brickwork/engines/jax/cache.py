"""Compiled programs on disk, so that the next run of a script need not compile them again."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import jax

#: Programs that are compiled faster than this are not worth a file.
LEAST_SECONDS = 0.1


@cache
def keep_compiled() -> None:
    """Let JAX keep what it compiles in ``~/.cache/brickwork/xla``.

    Where ``JAX_COMPILATION_CACHE_DIR`` or JAX's config names a folder, that is used, as JAX does
    by itself; ``BRICKWORK_COMPILED`` names another one, and if it is empty nothing is kept.
    """
    if jax.config.jax_compilation_cache_dir is not None:
        return
    caches = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    folder = os.environ.get("BRICKWORK_COMPILED")
    if folder is None:
        folder = str(Path(caches).expanduser() / "brickwork" / "xla")
    try:
        if folder:
            os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:  # such as a home that nobody may write to
        return
    if folder and os.access(folder, os.W_OK):
        jax.config.update("jax_compilation_cache_dir", folder)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", LEAST_SECONDS)
