"""docs/keras.md: every public name of Keras, and whether brickwork has it.

It is made from the installed Keras (the extra ``test``) by `python tools/keras_names.py`; a test
fails if it is out of date.
"""

from __future__ import annotations

import inspect
import os
import warnings
from importlib import import_module
from pathlib import Path

from brickwork.spelling.absent import reason_for_name

os.environ.setdefault("KERAS_BACKEND", "jax")

PAGE = Path(__file__).resolve().parents[1] / "docs" / "keras.md"


def modules(keras) -> list[str]:
    """Keras's public modules that have names, the root first."""
    found = [""]
    for name in inner(keras):
        module = getattr(keras, name)
        found += [name, *(f"{name}.{part}" for part in inner(module) if name in DEEP)]
    return [name for name in found if names(at(keras, name))]


#: Modules with relevant submodules.
DEEP = ("datasets", "optimizers", "preprocessing")


def inner(module) -> list[str]:
    """The public modules in a module."""
    return sorted(
        name
        for name in dir(module)
        if not name.startswith("_") and name != "src" and inspect.ismodule(getattr(module, name))
    )


def at(keras, module: str):
    """The module of that name."""
    for part in filter(None, module.split(".")):
        keras = getattr(keras, part)
    return keras


def names(module) -> list[str]:
    """The public names of a module that are not modules."""
    return sorted(
        name
        for name in dir(module)
        if not name.startswith("_") and not inspect.ismodule(getattr(module, name))
    )


def ours(module: str):
    """brickwork's module of that name; None if there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old module names warn
        try:
            return import_module(f"brickwork.{module}".rstrip("."))
        except ImportError:
            return None


def arguments(item) -> list[tuple] | None:
    """Names and defaults of a function's arguments; None if they are unknown."""
    try:
        given = inspect.signature(item).parameters.values()
    except (TypeError, ValueError):
        return None
    return [
        (p.name, p.default) for p in given if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]


def differs(theirs, own) -> str:
    """The arguments that differ from Keras's, as text; empty if there are none."""
    expected, found = arguments(theirs), arguments(own)
    if expected is None or found is None:
        return ""
    known = dict(found)
    texts = []
    for name, default in expected:
        if name not in known:
            if not any(p.kind == p.VAR_KEYWORD for p in inspect.signature(own).parameters.values()):
                texts.append(f"without `{name}`")
        elif not same(default, known[name]):
            texts.append(f"`{name}={shown(known[name])}` instead of `{shown(default)}`")
    return ", ".join(texts)


def same(a, b) -> bool:
    """Whether two defaults mean the same."""
    if a is b or (isinstance(a, type) and isinstance(b, type) and a.__name__ == b.__name__):
        return True
    try:
        return bool(a == b) or (a in ((), []) and b in ((), []))
    except ValueError:
        return False


def shown(default) -> str:
    """A default as code."""
    return "no default" if default is inspect.Parameter.empty else repr(default)


def table(keras) -> list[tuple[str, str, str, str]]:
    """Module, name, "present" or "absent", and the differing arguments or the reason."""
    rows = []
    for module in modules(keras):
        theirs, own = at(keras, module), ours(module)
        for name in names(theirs):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                item = getattr(own, name, None) if own else None
            if item is None:
                why = reason_for_name(module, name) or "NOT EXPLAINED"
                rows.append((module, name, "absent", why))
            else:
                rows.append((module, name, "present", differs(getattr(theirs, name), item)))
    return rows


def page(keras) -> str:
    """The table as a page, with absent names grouped by reason."""
    rows = table(keras)
    present = [row for row in rows if row[2] == "present"]
    lines = [
        "# Keras's names",
        "",
        f"Every public name of Keras {keras.version()}. `python tools/keras_names.py` makes "
        "this page from the installed Keras and",
        "the code; a test fails if it is out of "
        f"date. brickwork has {len(present)} of {len(rows)} names. "
        "How many of Keras's own unit tests pass, and why",
        "the others do not: [keras-tests.md](keras-tests.md).",
        "",
    ]
    for module in modules(keras):
        of = [row for row in rows if row[0] == module]
        here = [row for row in of if row[2] == "present"]
        lines += [f"## keras{'.' if module else ''}{module}", ""]
        if here:
            lines += [", ".join(f"`{name}`" for _, name, *_ in here) + ".", ""]
        differing = [f"- `{name}`: {text}" for _, name, _, text in here if text]
        if differing:
            lines += ["Arguments that differ:", "", *differing, ""]
        absent: dict[str, list[str]] = {}
        for _, name, _, text in of:
            if name not in {row[1] for row in here}:
                absent.setdefault(text, []).append(f"`{name}`")
        for reason, missing in absent.items():
            lines += [f"Absent ({reason}): {', '.join(missing)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    import keras

    PAGE.write_text(page(keras))
    lacking = [f"keras.{m}.{n}" for m, n, _, text in table(keras) if text == "NOT EXPLAINED"]
    print(f"written: {PAGE}" + (f"; not explained: {', '.join(lacking)}" if lacking else ""))
