"""``brickwork draw``: draw a model as bricks."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from ..errors import ArgumentError, shown
from ..pictures import saving
from ..saving.other_formats import foreign_format_hint
from ..utils import set_random_seed
from .failures import check_writable
from .models import CONFIG, FILES, load_saved_model

#: What ``--all`` writes.
ALL = (".svg", ".html", ".mpd", ".xml")
#: The maximum units of a layer given by sizes, and the maximum synapses that get weights.
MOST_UNITS, MOST_WEIGHTS = 10**9, 1 << 24
#: The seed for scripts that do not set one.
SEED = 1


def draw_command(given) -> int:
    """Draw the requested model.

    Returns:
        The exit status: 0, or that of a script that failed.

    Raises:
        ArgumentError: if it cannot be drawn or written; names the option.
    """
    try:
        files = _files(given)
        if not files:
            _check_terminal(given)
        model = _model(given, files)
        if isinstance(model, int):
            return model
        picture = _picture(model, given)
        texts = [(file, picture.written(file)) for file in files]  # all of them, or none
        for file, text in texts:
            saving.put(file, text)
        if files:
            print(picture.scene.title, *map(os.path.abspath, files), sep="\n")
        else:
            print(picture, flush=True)
    except ArgumentError as error:
        what = re.sub(r"^(draw|Picture\.save): ", "", error.what)
        what = f"--{what}" if hasattr(given, what) and what not in ("model", "output") else what
        raise error.about(what) from None
    return 0


def _files(given) -> list[Path]:
    """Return the requested files; bad names are refused before a script runs."""
    from ..pictures.picture import Picture

    names = [*given.output]
    if given.all is not None:
        name = re.sub(f"({'|'.join(map(re.escape, ALL))})$", "", given.all)
        names += [name + ending for ending in ALL]
    files = [Picture.check_path(name, "-o") for name in names]
    for file in files:
        check_writable(str(file), "-o")
    return files


def _check_terminal(given) -> None:
    """Refuse options that apply only to files if there is no file."""
    usual = {"view": "front", "theme": "auto"}
    for name in (
        "view",
        "theme",
        "size",
        "apart",
        "bias",
        "no_weights",
        "sample",
        "target",
        "neuron",
    ):
        if getattr(given, name) not in (None, False, usual.get(name)):
            raise ArgumentError(
                f"--{name.replace('_', '-')}",
                "it says how a picture in a file "
                "is drawn, and the terminal's has no room for it. Add -o FILE.",
            )


def _picture(model, given):
    from ..pictures.network import Network, read
    from ..pictures.picture import draw

    sample = {"sample": given.sample, "target": given.target, "neuron": given.neuron}
    if given.sample is not None:
        if isinstance(model, Network):
            raise ArgumentError(
                "--sample",
                f"got one for a model of {model.synapses:,} synapses, "
                f"expected at most {MOST_WEIGHTS:,}: no numbers are made for more.",
            )
        expected = read(model).bricks[0].inputs
        if len(given.sample) != expected:
            raise ArgumentError(
                "--sample",
                f"got {len(given.sample)} numbers, expected one for each input: {expected}.",
            )
    return draw(
        model,
        given.level,
        given.view,
        given.labels,
        not given.no_weights,
        given.theme,
        given.size,
        apart=given.apart,
        bias=given.bias,
        **sample,
    )


def _model(given, files: list[Path]):
    """Return the model, compiled if necessary, or the exit status of a script that failed."""
    model = model_from(
        given.model, given.activations, given.target is not None, files, given.custom
    )
    if isinstance(model, int) or given.target is None:
        return model
    if not getattr(model, "compiled", False) and re.fullmatch(_SIZES, given.model):
        loss = {"sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}
        last = model.layers[-1].activation
        model.compile(loss=loss.get(getattr(last, "__name__", last), "mse"))
    return model


_SIZES = "[0-9]+(-[0-9]+)+"


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
    if re.fullmatch(_SIZES, source):
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
            f"brickwork draw: {os.path.relpath(file)}, which {path} writes too, is left as it was.",
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
