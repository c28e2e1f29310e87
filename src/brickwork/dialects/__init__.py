"""Keras as people wrote it before: the words of Keras 1 and 2, the old places of modules, and
scripts and notebooks that say ``import keras``.

All old words stand in one table, `words`; nothing outside of this package knows them.
"""

from .translate import DialectWarning, older_words, translate, translate_call

__all__ = ["DialectWarning", "attribute", "install", "load_ipython_extension", "older_words",
           "translate", "translate_call"]


def attribute(owner, name: str):
    """What an old name of a module or of an object means today; see `translate.attribute`."""
    from .translate import attribute

    return attribute(owner, name)


def install() -> None:
    """From now on ``import keras`` (and ``tf_keras``, ``tensorflow.keras``) means brickwork."""
    from .modules import install

    install()


def load_ipython_extension(_ipython) -> None:
    """``%load_ext brickwork.dialects`` in a notebook: `install`."""
    install()
