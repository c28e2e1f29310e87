"""Helpers of the tests lie beside this file; being here, it puts them on the path.

Keras and JAX, the oracles, read from the environment what they compute with: JAX on the
processor, in double precision where a test asks for it.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")
