"""Support for old (Keras 1/2) spellings, and for scripts and notebooks that ``import keras``.

This package has the tables; `spelling` has the machinery. No lower package has old spellings.
"""

__all__ = ["DialectWarning", "install", "load_ipython_extension"]


def __getattr__(name: str):
    if name == "DialectWarning":
        from ..spelling import DialectWarning

        return DialectWarning
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def install() -> None:
    """Make ``import keras`` (and ``tf_keras``, ``tensorflow.keras``) mean brickwork from now on.

    Raises:
        RuntimeError: if another Keras is already imported.
    """
    from .importing import install

    install()


def load_ipython_extension(_ipython) -> None:
    """Run `install` for ``%load_ext brickwork.dialects`` in a notebook."""
    install()
