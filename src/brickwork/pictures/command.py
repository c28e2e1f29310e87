"""``brickwork draw``: a model from the command line, as bricks."""

from __future__ import annotations

import os
import re
import sys

from ..fields import ArgumentError, shown


def draw_command(given) -> int:
    """Draw what the command line asks for; answers the exit status."""
    from .picture import draw

    try:
        model = model_from(given.model, given.activations)
        if model is None:
            return 1
        picture = draw(model, given.level, given.view, given.labels, not given.no_weights,
                       given.theme, given.size, apart=given.apart)
        if given.output is None:
            print(picture)
        else:
            picture.save(given.output)
            print(f"{picture.scene.title}\n{os.path.abspath(given.output)}")
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"brickwork draw: {error}", file=sys.stderr)
        return 1
    return 0


def model_from(source: str, activations: str | None = None):
    """The model that a text names: sizes of layers, a model's file, or a script, with a name in
    it or without.

    None where the file's script failed, which has said so itself.

    >>> model_from("4-8-6-1").output_shape
    (None, 1)
    """
    if re.fullmatch(r"\d+(-\d+)+", source):
        return _of_sizes([int(size) for size in source.split("-")], activations)
    if source.endswith((".brick", ".keras", ".h5", ".hdf5")):
        from ..saving import load_model

        return load_model(source, compile=False)
    path, name = (source, "") if os.path.exists(source) else _split(source)
    if not path.endswith(".py"):
        raise ArgumentError("model", f"got {shown(source)}, expected sizes (4-8-6-1), a model's "
                            "file (lesson.brick) or a Python file (lesson.py).")
    return _of_script(path, name)


def _split(source: str) -> tuple[str, str]:
    path, colon, name = source.rpartition(":")
    return (path, name) if colon else (source, "")


def _of_sizes(sizes: list[int], activations: str | None):
    from ..layers import Dense, Input
    from ..models import Sequential

    units = sizes[1:]
    named = activations.split(",") if activations else (
        ["relu"] * (len(units) - 1) + ["sigmoid" if units[-1] == 1 else "softmax"])
    if len(named) not in (1, len(units)):
        raise ArgumentError("--activations", f"got {len(named)} of them, expected {len(units)}, "
                            "one for each layer, or one for all.")
    named = named * len(units) if len(named) == 1 else named
    return Sequential([Input((sizes[0],)), *(Dense(u, activation=a.strip())
                                             for u, a in zip(units, named, strict=True))],
                      name="-".join(map(str, sizes)))


def _of_script(path: str, name: str):
    """The model that a script leaves behind: the one of that name, or else the last one."""
    from ..dialects.run import run_and_keep
    from ..layers import Layer
    from ..models import Model

    status, names = run_and_keep(path, [])
    if status:
        return None
    if name:
        if not isinstance(names.get(name), Layer):
            raise ArgumentError("model", f"{path} has no model named {name!r}; it has "
                                f"{_listed(names, Layer) or 'none at all'}.")
        return names[name]
    for kind in (Model, Layer):
        found = list({id(v): v for v in names.values() if isinstance(v, kind)}.values())
        if found:
            return found[-1]
    raise ArgumentError("model", f"{path} leaves no model behind, expected one in a variable of "
                        "the file (not only inside a function).")


def _listed(names: dict, kind) -> str:
    return ", ".join(name for name, value in names.items() if isinstance(value, kind))
