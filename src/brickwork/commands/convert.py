"""``brickwork convert``: convert a model's file to another format."""

from __future__ import annotations

from pathlib import Path

from ..saving.formats import MODELS
from ..saving.other_formats import refuse_foreign_format
from .failures import check_writable
from .models import CONFIG, load_saved_model

WEIGHTS = ".weights.h5"


def convert_command(given) -> int:
    """Read a model from one file, write it to another, and return the exit status."""
    refuse_foreign_format("target", given.target, lines=False)
    check_writable(given.target, "target", (*MODELS, CONFIG, WEIGHTS))
    model = load_saved_model(given.source, given.custom, compile=True, what="source")
    _write(model, given.target)
    size = Path(given.target).stat().st_size
    weights = f"{model.count_params():,} parameters" if model.built else "not built yet"
    if given.target.endswith(CONFIG):
        weights += ", left out of .json"
    elif given.source.endswith(CONFIG):
        weights += ", new: .json has none"
    print(
        f"{given.source} -> {given.target}: {model.name} ({type(model).__name__}, "
        f"{len(model.layers)} layers, {weights}), {size:,} bytes"
    )
    return 0


def _write(model, target: str) -> None:
    """Write in the format of the file's extension."""
    from ..saving import save_model
    from ..saving.atomic import write

    if target.endswith(CONFIG):
        write(target, [model.to_json(indent=2).encode(), b"\n"])
    elif target.endswith(WEIGHTS):
        model.save_weights(target)
    else:
        save_model(model, target)
