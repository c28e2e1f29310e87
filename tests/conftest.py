"""Helpers of the tests lie beside this file; being here, it puts them on the path.

Keras and JAX, the oracles, read from the environment what they compute with: JAX on the
processor, in double precision where a test asks for it.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")


def pytest_make_parametrize_id(val, argname):
    """Names of cases that are short, and the same in every process."""
    if hasattr(val, "shape") and hasattr(val, "dtype"):
        return f"{argname}{'x'.join(map(str, val.shape))}"
    if isinstance(val, bytes):  # archives hold the time at which they were made
        return argname
    if callable(val) and hasattr(val, "__name__"):
        return val.__name__
    return None
