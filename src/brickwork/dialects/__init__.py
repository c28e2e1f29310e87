"""Keras as people wrote it before: the tables of old words, and scripts and notebooks that say
``import keras``.

`spelling` translates; nothing below this package knows an old word.
"""

__all__ = ["DialectWarning", "install", "load_ipython_extension"]


def __getattr__(name: str):
    if name == "DialectWarning":
        from ..spelling import DialectWarning

        return DialectWarning
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def install() -> None:
    """From now on ``import keras`` (and ``tf_keras``, ``tensorflow.keras``) means brickwork."""
    from .importing import install

    install()


def load_ipython_extension(_ipython) -> None:
    """``%load_ext brickwork.dialects`` in a notebook: `install`."""
    install()
