"""Words of Keras 1 and 2 and what they are called today: arguments, names, attributes, modules.

The machinery stands here, below all that uses it; the tables that name things of the whole package
stand in `dialects`, and are loaded when the first old word turns up.
"""

_TRANSLATION = ("DialectWarning", "OldAttributes", "OldKeys", "OldName", "attribute", "calls",
                "in_order", "of_a_file", "older_words", "overlooked", "rules_of", "speaks_keras_1",
                "tell", "translate", "translate_call", "translate_compile")
__all__ = list(_TRANSLATION)


def __getattr__(name: str):
    if name in _TRANSLATION:  # `import brickwork` reads the table of modules only
        from . import translation

        return getattr(translation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
