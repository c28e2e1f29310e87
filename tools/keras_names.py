"""docs/keras.md: every public name of Keras, and whether it is here.

Compares with the Keras that is installed (the extra ``test``); `python tools/keras_names.py` writes
the table anew, and a test fails where it does not tell what is so.
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
    """Keras's public modules, the root first, and those inside them that hold names."""
    found = [""]
    for name in inner(keras):
        module = getattr(keras, name)
        found += [name, *(f"{name}.{part}" for part in inner(module) if name in DEEP)]
    return [name for name in found if names(at(keras, name))]


#: Modules in which names of this field stand one level deeper.
DEEP = ("datasets", "optimizers", "preprocessing")


def inner(module) -> list[str]:
    """The public modules in a module."""
    return sorted(name for name in dir(module) if not name.startswith("_") and name != "src"
                  and inspect.ismodule(getattr(module, name)))


def at(keras, module: str):
    """The module of that name."""
    for part in filter(None, module.split(".")):
        keras = getattr(keras, part)
    return keras


def names(module) -> list[str]:
    """What a module shows that is no module itself."""
    return sorted(name for name in dir(module) if not name.startswith("_")
                  and not inspect.ismodule(getattr(module, name)))


def ours(module: str):
    """The module of that name here; None where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old places say today's
        try:
            return import_module(f"brickwork.{module}".rstrip("."))
        except ImportError:
            return None


def arguments(item) -> list[tuple] | None:
    """Names and defaults of arguments that go by place; None where nobody can tell."""
    try:
        given = inspect.signature(item).parameters.values()
    except (TypeError, ValueError):
        return None
    return [(p.name, p.default) for p in given
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]


def differs(theirs, own) -> str:
    """In which arguments ours is another; nothing where in none."""
    wanted, found = arguments(theirs), arguments(own)
    if wanted is None or found is None:
        return ""
    known = dict(found)
    said = []
    for name, default in wanted:
        if name not in known:
            if not any(p.kind == p.VAR_KEYWORD for p in inspect.signature(own).parameters.values()):
                said.append(f"without `{name}`")
        elif not same(default, known[name]):
            said.append(f"`{name}={shown(known[name])}` for `{shown(default)}`")
    return ", ".join(said)


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
    return "nothing" if default is inspect.Parameter.empty else repr(default)


def table(keras) -> list[tuple[str, str, str, str]]:
    """Module, name, "present" or "absent", and what is to be said of it."""
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
    """The table as a page, absent names by their reasons."""
    rows = table(keras)
    present = [row for row in rows if row[2] == "present"]
    lines = ["# Keras's names", "",
             f"Every public name of Keras {keras.version()}, made by `python tools/keras_names.py` "
             "from the installed Keras and this", "code; a test fails where it is not so any more. "
             f"{len(present)} of {len(rows)} names are here.", ""]
    for module in modules(keras):
        of = [row for row in rows if row[0] == module]
        here = [row for row in of if row[2] == "present"]
        lines += [f"## keras{'.' if module else ''}{module}", ""]
        if here:
            lines += [", ".join(f"`{name}`" for _, name, *_ in here) + ".", ""]
        other = [f"- `{name}`: {said}" for _, name, _, said in here if said]
        if other:
            lines += ["Arguments that are others:", "", *other, ""]
        absent: dict[str, list[str]] = {}
        for _, name, _, said in of:
            if name not in {row[1] for row in here}:
                absent.setdefault(said, []).append(f"`{name}`")
        for because, missing in absent.items():
            lines += [f"Absent ({because}): {', '.join(missing)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    import keras

    PAGE.write_text(page(keras))
    lacking = [f"keras.{m}.{n}" for m, n, state, said in table(keras) if said == "NOT EXPLAINED"]
    print(f"written: {PAGE}" + (f"; not explained: {', '.join(lacking)}" if lacking else ""))
