"""Translates old (Keras 1/2) spellings: arguments, names, attributes, modules.

This package has the machinery, below everything that uses it. The tables, which name classes of
the whole package, are in `dialects` and are loaded when the first old spelling is used.
"""

_TRANSLATION = (
    "DialectWarning",
    "OldAttributes",
    "OldKeys",
    "OldName",
    "accepts_old_arguments",
    "attribute",
    "era_of",
    "in_current_order",
    "is_tolerated",
    "reading_file",
    "rules_of",
    "rules_of_call",
    "translate",
    "translate_call",
    "translate_compile",
    "warn_old_spellings",
)
__all__ = list(_TRANSLATION)

TYPE_CHECKING = False  # as in brickwork/__init__.py
if TYPE_CHECKING:
    from .translation import (
        DialectWarning as DialectWarning,
        OldAttributes as OldAttributes,
        OldKeys as OldKeys,
        OldName as OldName,
        accepts_old_arguments as accepts_old_arguments,
        attribute as attribute,
        era_of as era_of,
        in_current_order as in_current_order,
        is_tolerated as is_tolerated,
        reading_file as reading_file,
        rules_of as rules_of,
        rules_of_call as rules_of_call,
        translate as translate,
        translate_call as translate_call,
        translate_compile as translate_compile,
        warn_old_spellings as warn_old_spellings,
    )


def __getattr__(name: str):
    if name in _TRANSLATION:  # `import brickwork` needs only the table of modules
        from . import translation

        return getattr(translation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
