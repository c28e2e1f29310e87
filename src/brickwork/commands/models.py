"""The model that a command-line argument names: sizes, a file, or a script."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from ..errors import ArgumentError, shown
from ..registry import UnknownName
from ..saving.other_formats import foreign_format_hint
from ..utils import set_random_seed

FILES = (".brick", ".keras", ".h5", ".hdf5")
CONFIG = ".json"
#: Sizes of layers, as in 4-8-6-1.
SIZES = "[0-9]+(-[0-9]+)+"
#: The maximum units of a layer given by sizes, and the maximum synapses that get weights.
MOST_UNITS, MOST_WEIGHTS = 10**9, 1 << 24
#: The seed for scripts that do not set one.
SEED = 1


def load_or_build_model(source: str, places: list[str]):
    """Return the model that `source` names, or the exit status of a script that failed.

    Args:
        source: a model's file, a config (.json; its weights are initialised), sizes of layers,
            or a script that builds the model.
        places: files and modules that ``--custom`` names.
    """
    try:
        return model_from(source, compiled=True, places=places)
    except UnknownName:  # perhaps a custom loss, which is not needed here
        return load_saved_model(source, places)


def load_saved_model(path: str, places: list[str], compile: bool = False, what: str = "model"):
    """Return the model in a file; a config without weights gets initial ones.

    Args:
        path: the file's name.
        places: files and modules with custom classes and functions, from ``--custom``.
        compile: whether to compile the model as it was saved.
        what: the name of the argument, for messages.

    Raises:
        UnknownName: for an unknown class or function; the message explains ``--custom``.
    """
    from ..saving import FileError, load_model, model_from_json

    own = _own_objects(places)
    try:
        if path.endswith(CONFIG):
            return model_from_json(Path(path).read_bytes(), own)
        return load_model(path, own, compile)
    except UnknownName as error:
        raise UnknownName(
            error.what,
            f"{error.problem} On the command line: --custom FILE.py, the file that makes it.",
            error.name,
        ) from None
    except ArgumentError as error:
        raise (error.about(what) if error.what == "load_model.filepath" else error) from None
    except FileError as error:
        raise type(error)(str(error).replace("model_from_json", path, 1)) from None


def _own_objects(places: list[str]) -> dict:
    from .custom import custom_objects_in

    return {name: item for place in places for name, item in custom_objects_in(place).items()}


def model_from(
    source: str,
    activations: str | None = None,
    compiled: bool = False,
    files: list[Path] = (),
    places: list[str] = (),
):
    """Return the model that `source` names, or the exit status of a script that failed.

    Args:
        source: sizes of layers (``4-8-6-1``), a model's file, or a script (``lesson.py`` or
            ``lesson.py:name``).
        activations: one per layer, separated by commas; only for sizes.
        compiled: whether to compile the model as it was saved.
        files: output files, which need not be restored after a script.
        places: files and modules that ``--custom`` names.

    >>> model_from("4-8-6-1").output_shape
    (None, 1)
    """
    if re.fullmatch(SIZES, source):
        return _model_from_sizes(source, activations)
    if activations is not None:
        raise ArgumentError(
            "--activations",
            f"got them for {shown(source)}, which has its own; "
            "they are for a model that is given by sizes: 4-8-6-1.",
        )
    if source.endswith((CONFIG, *FILES)):
        set_random_seed(SEED)  # the initial weights for a config are the same each time
        return load_saved_model(source, places, compiled)
    path, name = (source, "") if os.path.exists(source) else _split(source)
    if not path.endswith(".py"):
        raise ArgumentError(
            "model",
            f"got {shown(source)}, expected sizes (4-8-6-1), a model's "
            "file (lesson.brick) or a Python file (lesson.py)"
            f"{foreign_format_hint(path)}.",
        )
    if not os.path.isfile(path):
        raise ArgumentError("model", f"got {shown(path)}, and there is no such file.")
    return _model_from_script(path, name, files)


def _split(source: str) -> tuple[str, str]:
    path, colon, name = source.rpartition(":")
    return (path, name) if colon else (source, "")


def _model_from_sizes(text: str, activations: str | None):
    """Return a model of these sizes; if it has too many weights, a `Network` without them."""
    from ..layers import Dense, Input
    from ..models import Sequential
    from ..pictures.network import Brick, Network

    if max(map(len, text.split("-"))) > len(str(MOST_UNITS)):
        raise ArgumentError("model", f"got {shown(text)}, expected at most {MOST_UNITS:,} units.")
    sizes = [int(size) for size in text.split("-")]
    if not 1 <= min(sizes) <= max(sizes) <= MOST_UNITS:
        raise ArgumentError(
            "model",
            f"got {shown(text)}, expected sizes from 1 to {MOST_UNITS:,}: "
            "inputs, then the units of each layer, as in 4-8-6-1.",
        )
    units = sizes[1:]
    usual = ["relu"] * (len(units) - 1) + ["sigmoid" if units[-1] == 1 else "softmax"]
    named = [a.strip() for a in activations.split(",")] if activations is not None else usual
    if len(named) != len(units):
        raise ArgumentError(
            "--activations",
            f"got {len(named)} for {len(units)} layers, expected one for each: {','.join(usual)}",
        )
    try:
        layers = [Dense(u, activation=a) for u, a in zip(units, named, strict=True)]
    except ArgumentError as error:
        raise ArgumentError("--activations", error.problem) from None
    if sum(a * b for a, b in zip(sizes, units, strict=False)) > MOST_WEIGHTS:
        return Network(
            text,
            tuple(
                Brick(
                    layer.name,
                    "Dense",
                    n,
                    u,
                    True,
                    biased=True,
                    activation=a,
                    sources=(i - 1,) if i else (),
                )
                for i, (n, u, a, layer) in enumerate(zip(sizes, units, named, layers, strict=False))
            ),
        )
    set_random_seed(SEED)
    return Sequential([Input((sizes[0],)), *layers], name=text)


def _model_from_script(path: str, name: str, files):
    """Return the script's model of that name, or its last model.

    The seed is the same each time, so that a plan and a parts list from separate runs have the
    same weights. Files that the script overwrites are restored.
    """
    from ..dialects.run import run_and_return_names
    from ..layers import Layer
    from ..models import Model
    from .untouched import restoring_files

    set_random_seed(SEED)
    restored: list[str] = []
    status, names = run_and_return_names(path, [], restoring_files(restored))
    for file in set(restored) - {os.path.realpath(file) for file in files}:
        print(
            f"brickwork: {os.path.relpath(file)}, which {path} writes too, is left as it was.",
            file=sys.stderr,
        )
    if status:
        return status
    if name:
        if not isinstance(names.get(name), Layer):
            raise ArgumentError(
                "model",
                f"{path} has no model named {name!r}; it has "
                f"{_listed(names, Layer) or 'none at all'}.",
            )
        return names[name]
    for kind in (Model, Layer):
        found = list({id(v): v for v in names.values() if isinstance(v, kind)}.values())
        if found:
            return found[-1]
    raise ArgumentError(
        "model",
        f"{path} leaves no model behind, expected one in a variable of "
        "the file (not only inside a function).",
    )


def _listed(names: dict, kind) -> str:
    return ", ".join(name for name, value in names.items() if isinstance(value, kind))
