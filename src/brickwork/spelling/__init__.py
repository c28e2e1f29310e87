"""Translates old (Keras 1/2) spellings: arguments, names, attributes, modules.

This package has the machinery, below everything that uses it. The tables, which name classes of
the whole package, are in `dialects` and are loaded when the first old spelling is used.
"""

_TRANSLATION = ("DialectWarning", "OldAttributes", "OldKeys", "OldName", "accepts_old_arguments",
                "attribute", "in_current_order", "is_tolerated", "reading_file", "rules_of",
                "rules_of_call", "translate", "translate_call", "translate_compile",
                "uses_keras_1", "warn_old_spellings")
__all__ = list(_TRANSLATION)


def __getattr__(name: str):
    if name in _TRANSLATION:  # `import brickwork` needs only the table of modules
        from . import translation

        return getattr(translation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
