"""Which Keras a script was written for, by its text.

Where the same call means different things in different versions, the words of the script decide:
what it imports, and the old names and arguments in it. What ran before does not matter.
"""

from __future__ import annotations

import ast
import linecache
import os
import sys
from collections.abc import Iterator
from functools import cache

from ..spelling.old_modules import MODULES
from .old_arguments import ARGUMENTS, CALLS
from .old_names import NAMES

OLD, TODAY, UNCLEAR = "old", "today", "unclear"

#: Modules and names that only Keras 3 has.
_KERAS_3 = {"ops", "random", "src", "tree", "distribution", "saving.KerasFileEditor"}
#: Modules whose old names Keras 3 has, too.
_IN_BOTH = {"preprocessing", "preprocessing.sequence", "optimizers.legacy", "legacy"}
#: Methods of models that no other library has.
_METHODS = {"fit_generator", "evaluate_generator", "predict_generator", "predict_classes"}
#: What Keras 3's `keras.backend` still has.
_BACKEND = {
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
}


def era_of(path: str | None) -> str:
    """Return which Keras a script speaks.

    Args:
        path: the file of its code, None if there is none.

    Returns:
        "old" for Keras 1, Keras 2 and ``tf.keras``; "today" for Keras 3, and for a script that
        imports brickwork; "unclear" for one that imports ``keras`` and no more says.
    """
    text = _text(path)
    return _era(text) if text else TODAY


def _text(path: str | None) -> str:
    """The text of a script; of a notebook, all cells that ran."""
    if path is None:
        return ""
    cells = getattr(sys.modules.get("__main__"), "In", None)
    if isinstance(cells, list) and not os.path.exists(path):
        return "\n".join(cell for cell in cells if _tree(cell))
    return "".join(linecache.getlines(path))


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


@cache
def _era(text: str) -> str:
    tree = _tree(text)
    if tree is None:
        return TODAY
    found = list(_imports(tree))
    roots = {module.partition(".")[0] for module, _, _ in found}
    aliases = {alias: f"{module}.{name}".strip(".") for module, name, alias in found}
    says = {_of_import(module, name) for module, name, _ in found}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            says.add(_of_call(node))
        elif isinstance(node, ast.Attribute):
            says.add(_of_attribute(node, aliases))
    if OLD in says:
        return OLD
    return TODAY if TODAY in says or "keras" not in roots else UNCLEAR


def _imports(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Each import: the module, the name in it (or nothing), and what it is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                alias = one.asname or one.name.partition(".")[0]
                yield one.name, "", alias
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield node.module, one.name, one.asname or one.name


def _inner(path: str) -> str | None:
    """The part of a dotted name inside of Keras; None if it is not Keras's."""
    root, _, inner = path.partition(".")
    return inner if root in ("keras", __name__.partition(".")[0]) else None


def _of_import(module: str, name: str) -> str | None:
    whole = f"{module}.{name}".strip(".")
    if f"{whole}.".startswith(("tensorflow.keras.", "tensorflow.python.keras.", "tf_keras.")):
        return OLD
    inner = _inner(module)
    if inner is None:
        return None
    if inner in MODULES and inner not in _IN_BOTH:
        return OLD
    return _of_name(inner, name)


def _of_name(module: str, name: str) -> str | None:
    """What a name in a module of Keras says."""
    inner = f"{module}.{name}".strip(".")
    if inner in MODULES:
        return None if inner in _IN_BOTH else OLD
    if name in NAMES.get(module, {}) or (module == "backend" and name and name not in _BACKEND):
        return OLD
    return TODAY if module.partition(".")[0] in _KERAS_3 or inner in _KERAS_3 else None


def _of_attribute(node: ast.Attribute, aliases: dict[str, str]) -> str | None:
    """What ``tf.keras`` or ``K.mean`` says, by what ``tf`` and ``K`` were imported as."""
    if node.attr in _METHODS:
        return OLD
    names, place = [node.attr], node.value
    while isinstance(place, ast.Attribute):
        names.append(place.attr)
        place = place.value
    path = ".".join([aliases.get(getattr(place, "id", ""), ""), *reversed(names)])
    if path == "tensorflow.keras":
        return OLD
    inner = _inner(path)
    if inner is None:
        return None
    module, _, name = inner.rpartition(".")
    return _of_name(module, name)


def _of_call(node: ast.Call) -> str | None:
    """What the names of arguments say."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = {word.arg for word in node.keywords}
    return OLD if given & (CALLS.get(name, {}).keys() | _old_arguments(name)) else None


@cache
def _old_arguments(name: str) -> frozenset[str]:
    """The old names of the arguments of a class, without those that it has today."""
    from .. import callbacks, constraints, layers, optimizers, regularizers

    for module in (layers, optimizers, callbacks, constraints, regularizers):
        kind = vars(module).get(name) or (
            getattr(module, name) if name in getattr(module, "__all__", ()) else None
        )
        if isinstance(kind, type):
            fields = getattr(kind, "__fields__", {})
            return frozenset(
                word
                for one in kind.__mro__
                for word in ARGUMENTS.get(one.__name__, {})
                if word not in fields and word not in ("input_shape", "batch_input_shape")
            )
    return frozenset()
