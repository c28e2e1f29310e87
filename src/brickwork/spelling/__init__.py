"""Translates old (Keras 1/2) spellings: arguments, names, attributes, modules.

This package has the machinery, below everything that uses it. The tables, which name classes of
the whole package, are in `dialects` and are loaded when the first old spelling is used.
"""

_TRANSLATION = ("DialectWarning", "OldAttributes", "OldKeys", "OldName", "attribute", "calls",
                "in_order", "of_a_file", "older_words", "overlooked", "rules_of", "speaks_keras_1",
                "tell", "translate", "translate_call", "translate_compile")
__all__ = list(_TRANSLATION)

TYPE_CHECKING = False  # as in brickwork/__init__.py
if TYPE_CHECKING:
    from .translation import (
        DialectWarning as DialectWarning,
        OldAttributes as OldAttributes,
        OldKeys as OldKeys,
        OldName as OldName,
        attribute as attribute,
        calls as calls,
        in_order as in_order,
        of_a_file as of_a_file,
        older_words as older_words,
        overlooked as overlooked,
        rules_of as rules_of,
        speaks_keras_1 as speaks_keras_1,
        tell as tell,
        translate as translate,
        translate_call as translate_call,
        translate_compile as translate_compile,
    )


def __getattr__(name: str):
    if name in _TRANSLATION:  # `import brickwork` needs only the table of modules
        from . import translation

        return getattr(translation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
