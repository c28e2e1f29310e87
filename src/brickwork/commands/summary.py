"""``brickwork summary``: a model's layers and weights, and what else its file contains."""

from __future__ import annotations

import sys
from textwrap import fill

from ..errors import ArgumentError
from ..screen import encodable, printable, usual_columns

MAX_NAMES = 40  # maximum number of names printed


def summary_command(given) -> int:
    """Print the summary and return the exit status."""
    from .models import load_or_build_model

    model = load_or_build_model(given.model, given.custom)
    if isinstance(model, int):  # the status of a script that failed
        return model
    if not hasattr(model, "summary"):
        raise ArgumentError(
            "model",
            f"got {given.model}, whose weights are too many to be made "
            f"here. Draw it without them: brickwork draw {given.model}",
        )
    model.summary(
        line_length=given.line_length,
        expand_nested=given.expand_nested,
        show_trainable=given.show_trainable,
        bricks=not given.no_bricks,
    )
    for name, value in describe(model).items():
        line = fill(
            f" {name}: {printable(value)}",
            usual_columns(),
            subsequent_indent="   ",
            break_on_hyphens=False,
        )
        print(encodable(line, sys.stdout))
    return 0


def describe(model) -> dict[str, str]:
    """Return the columns that a model was trained on, its class names, and how it was
    compiled, as text by label."""
    found = {}
    columns = getattr(model, "feature_names_in_", None)
    if isinstance(columns, dict):
        found["Columns"] = "; ".join(
            f"{name}: {_shortened(names)}" for name, names in columns.items()
        )
    elif columns is not None:
        found["Columns"] = _shortened(columns)
    if getattr(model, "class_names", None) is not None:
        found["Classes"] = _shortened(model.class_names)
    config = model.get_compile_config() if getattr(model, "compiled", False) else None
    if config:
        found["Compiled"] = ", ".join(
            f"{key} {_name_of(config[key])}"
            for key in ("optimizer", "loss", "metrics")
            if config.get(key)
        )
    return found


def _shortened(names) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(map(str, names[:MAX_NAMES])) + more


def _name_of(value) -> str:
    """Return the display name of a part of the compile config."""
    if isinstance(value, dict) and "class_name" in value:
        kind, config = value["class_name"], value["config"]
        if kind == "function":
            return str(config)
        return str(config.get("fn") or kind) if isinstance(config, dict) else str(kind)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_name_of(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_name_of, value))
    return str(value)
