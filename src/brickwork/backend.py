"""Keras's ``backend``: the settings that Keras 3 has there, and the functions of Keras 1 and 2.

>>> from brickwork import backend as K
>>> K.floatx(), K.epsilon()
('float32', 1e-07)

``brickwork.backend()`` says which engine runs models that are told nothing else, such as
``native (avx512, 2 threads)``; ``model.summary()`` says which one runs that model, and why, where
it is not the native engine by itself.

``K.mean``, ``K.square`` and the others are in `dialects.backend`, and say once that they are
called `brickwork.ops` today.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from .naming import get_uid
from .program.dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from .utils.graphs import is_keras_tensor
from .utils.seeds import clear_session

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    if name == "Variable":  # Keras's own layers find it here
        from .program import Variable

        return Variable
    from .dialects import backend
    from .spelling import attribute
    from .spelling.translation import warn_old_spellings

    if name not in backend.__all__ and name not in backend.GONE:
        return attribute(__name__, name)
    found = getattr(backend, name)
    warn_old_spellings("backend", [("backend.<name>", "ops.<name>")])
    return found


def __dir__() -> list[str]:
    from .dialects import backend

    return sorted({*__all__, *backend.__all__})


class _Backend(ModuleType):
    """The module, which can be called."""

    def __call__(self) -> str:
        """Say which engine runs models that are told nothing else.

        Returns:
            A str, such as ``native (avx512, 2 threads)`` or ``JAX 0.10.2 (cpu), since
            BRICKWORK_ENGINE says so``.
        """
        from .engines.choice import chosen

        return str(chosen(None))


sys.modules[__name__].__class__ = _Backend
