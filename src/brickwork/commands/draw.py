"""``brickwork draw``: draw a model as bricks."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import ArgumentError
from ..pictures import saving
from .failures import check_writable
from .models import MOST_WEIGHTS, SIZES, model_from

#: What ``--all`` writes.
ALL = (".svg", ".html", ".mpd", ".xml")


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
    if not getattr(model, "compiled", False) and re.fullmatch(SIZES, given.model):
        loss = {"sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}
        last = model.layers[-1].activation
        model.compile(loss=loss.get(getattr(last, "__name__", last), "mse"))
    return model
