"""Checks of targets: one for each output with a loss, of its shape."""

from __future__ import annotations

import numpy as np

from .. import scans
from ..facts import Port
from ..notices import sentence
from .losses import named


def check_target_given(y, loss, what: str) -> None:
    """Require targets for an output with a loss."""
    if y is None and loss is not None:
        raise ValueError(
            sentence(
                what,
                "None",
                f"targets for the loss {named(loss)}",
                "Pass y, or compile that output with loss=None.",
            )
        )


def check_target_shape(y, port: Port, loss, what: str) -> None:
    """Require targets of the output's shape; only a last dimension of 1 may differ.

    The targets are an array, or in a program a symbol.
    """
    labels = getattr(loss, "labels", None)
    if labels is None or port.shape is None:
        return
    if labels == "classes":
        check_class_shape(y, port, loss, what)
    elif labels == "ids":
        if y.ndim != 1 and y.shape[1:] != (1,):
            raise ValueError(
                sentence(
                    what,
                    f"shape {y.shape}",
                    f"(rows,) labels for {named(loss)}",
                    "One whole number for each row.",
                )
            )
    elif not agree(y.shape[1:], port.shape):
        wanted = ("rows", *port.shape)
        shown = str(wanted).replace("'", "").replace("None", "any")
        raise ValueError(
            sentence(
                what,
                f"shape {y.shape}",
                f"{shown}, which the output {port.name!r} has for {named(loss)}",
                _shape_advice(y, port, labels),
            )
        )


def agree(got: tuple, wanted: tuple) -> bool:
    """Whether the shapes are equal, except for a last dimension of 1."""
    for a, b in ((got, wanted), (got, (*wanted, 1)), ((*got, 1), wanted)):
        if len(a) == len(b) and all(y in (None, x) for x, y in zip(a, b, strict=True)):
            return True
    return False


def _shape_advice(y: np.ndarray, port: Port, labels: str) -> str:
    classes = port.shape[-1] if port.shape else None
    if labels == "distribution" and agree(y.shape[1:], port.shape[:-1]):
        return (
            f"Class indices go with sparse_categorical_crossentropy; or make rows of them by "
            f"to_categorical(y, {classes})."
        )
    if y.ndim == 2 and classes == 1 and y.shape[1] > 1:
        return f"Give the last layer {y.shape[1]} units, or pass one column of y."
    if y.ndim <= 2 and (y.ndim == 1 or y.shape[1] == 1) and len(port.shape) == 1:
        if labels == "probability" and isinstance(y, np.ndarray) and scans.is_integer_valued(y):
            return (
                "Give the last layer 1 unit, or for class indices use softmax with "
                "sparse_categorical_crossentropy."
            )
        return "Give the last layer 1 unit, or pass a column of y for each unit."
    if y.shape[1:] == port.shape[::-1]:
        return "Are the last two dimensions swapped?"
    return ""


def check_class_shape(y: np.ndarray, port: Port, loss, what: str) -> None:
    """Require one class index for each row (or step) of the output."""
    axis = getattr(loss, "axis", -1)
    axis = axis if axis < 0 else axis - 1 - len(port.shape)
    wanted = list(port.shape)
    classes = wanted.pop(axis) if -len(wanted) <= axis < 0 else None
    if agree(y.shape[1:], tuple(wanted)):
        return
    shown = str(("rows", *wanted)).replace("'", "").replace("None", "any")
    do = ""
    if y.shape[1:] == port.shape:
        do = (
            "Rows of 0 and 1 go with categorical_crossentropy; or take the indices: "
            "y.argmax(axis=-1)."
        )
    elif y.ndim == 2 and y.shape[1] != classes:
        do = "One class index for each row; several labels of a row need binary_crossentropy."
    raise ValueError(
        sentence(what, f"shape {y.shape}", f"{shown} class indices for {named(loss)}", do)
    )
