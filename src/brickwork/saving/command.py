"""``brickwork convert``: a model's file in another format."""

from __future__ import annotations

import sys
from pathlib import Path

from ..fields import ArgumentError
from .errors import FileError
from .formats import MODELS
from .models import load_model, model_from_json, save_model, save_weights

_JSON, _WEIGHTS = ".json", ".weights.h5"


def convert(source: str, target: str):
    """Read a model from a file of one format and write it into one of another; answers the model.

    Args:
        source: ``.brick``, ``.keras``, ``.h5`` or, for a config alone, ``.json``.
        target: likewise, or ``.weights.h5`` for the weights alone.
    """
    ends = (*MODELS, _JSON, _WEIGHTS)
    if not target.endswith(ends):
        raise ArgumentError("target", f"got {target!r}, expected a name that ends in "
                            f"{', '.join(ends)}.")
    if source.endswith(_JSON):
        model = model_from_json(Path(source).read_bytes())
    else:
        model = load_model(source)
    if target.endswith(_JSON):
        from .atomic import write

        write(target, [model.to_json(indent=2).encode(), b"\n"])
    elif target.endswith(_WEIGHTS):
        save_weights(model, target)
    else:
        save_model(model, target)
    return model


def convert_command(given) -> int:
    """What the command line asks for; answers the exit status."""
    try:
        model = convert(given.source, given.target)
    except (FileError, ArgumentError, OSError, ImportError) as error:
        print(f"brickwork convert: {error}", file=sys.stderr)
        return 1
    size = Path(given.target).stat().st_size
    weights = f"{model.count_params():,} parameters" if model.built else "not built yet"
    if given.target.endswith(_JSON):
        weights += ", left out of .json"
    elif given.source.endswith(_JSON):
        weights += ", new: .json has none"
    print(f"{given.source} -> {given.target}: {model.name} ({type(model).__name__}, "
          f"{len(model.layers)} layers, {weights}), {size:,} bytes")
    return 0
