"""Keras as people wrote it before: the words of Keras 1 and 2, the old places of modules, and
scripts and notebooks that say ``import keras``.

All old words stand in one table, `words`, and old orders of arguments in `orders`; nothing outside
of this package knows them.
"""

__all__ = ["DialectWarning", "OldKeys", "OldName", "attribute", "in_order", "install",
           "load_ipython_extension", "of_a_file", "older_words", "translate", "translate_call",
           "translate_compile"]


def __getattr__(name: str):
    # Loaded when the first old word turns up; `import brickwork` reads the table of modules only.
    if name in __all__:
        from . import spelling

        return getattr(spelling, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def install() -> None:
    """From now on ``import keras`` (and ``tf_keras``, ``tensorflow.keras``) means brickwork."""
    from .modules import install

    install()


def load_ipython_extension(_ipython) -> None:
    """``%load_ext brickwork.dialects`` in a notebook: `install`."""
    install()
