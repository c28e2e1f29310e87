"""Checks that the last activation and the loss fit together, before any data is seen."""

from __future__ import annotations

from ...spelling import is_tolerated
from ..facts import Expectation, Port
from ..notices import sentence, warn_once


def check_losses(expects: Expectation, where: str = "compile") -> None:
    """Check the losses of all outputs that are known when a model is compiled."""
    for i, port in enumerate(expects.outputs):
        check_loss(
            port,
            expects.loss(i),
            f"{where}.loss" + (f"[{port.name!r}]" if len(expects.outputs) > 1 else ""),
        )


def check_loss(port: Port, loss, what: str) -> None:
    """Check the loss of one output."""
    labels = getattr(loss, "labels", None)
    if labels is not None:
        check_units(port, loss, labels, what)
        check_logits(port, loss, labels, what)


def check_units(port: Port, loss, labels: str, what: str) -> None:
    """Refuse a softmax or a categorical loss on one unit: there is nothing to learn.

    Keras does not check this, so in scripts that were written for it a warning says so.
    """
    last = getattr(loss, "axis", -1) in (-1, len(port.shape or ()))
    if not port.shape or port.shape[-1] != 1 or not last:
        return
    if labels in ("distribution", "classes"):
        problem = sentence(
            what,
            f"{named(loss)} on {port.name!r}, which has 1 unit",
            "a unit for each class (among one class the loss is always 0)",
            "For two classes use Dense(1, activation='sigmoid') with binary_crossentropy, or "
            "Dense(2, activation='softmax').",
        )
    elif port.activation == "softmax":
        problem = sentence(
            what,
            f"softmax over the 1 unit of {port.name!r}, which is always 1",
            "an output that can vary",
            "Use activation='sigmoid' for two classes, 'linear' for quantities.",
        )
    else:
        return
    owner, _, rest = problem.partition(": ")
    if not is_tolerated(owner, rest):
        raise ValueError(problem)


def check_logits(port: Port, loss, labels: str, what: str) -> None:
    """Check that the loss takes what the last activation returns: probabilities or logits."""
    makes = (
        "probabilities"
        if port.activation in ("sigmoid", "softmax")
        else ("logits" if port.activation in ("linear", "relu", "tanh", "leaky_relu") else None)
    )
    where = f"{named(loss)} on {port.name!r}, whose activation is {port.activation}"
    if labels == "signs" and makes == "probabilities":
        warn_once(
            "logits",
            sentence(what, where, "outputs of both signs", "Use activation='tanh' or 'linear'."),
        )
    if labels not in ("probability", "distribution", "shares", "classes"):
        return
    if getattr(loss, "from_logits", False) and makes == "probabilities":
        raise ValueError(
            sentence(
                what,
                f"{named(loss)} with from_logits=True on {port.name!r}, whose {port.activation} "
                "makes probabilities",
                "logits",
                "Drop from_logits=True, or the activation.",
            )
        )
    if not getattr(loss, "from_logits", False) and makes == "logits":
        wanted = "sigmoid" if labels == "probability" else "softmax"
        other = ", or from_logits=True" if takes_logits(loss) else ""
        warn_once(
            "logits", sentence(what, where, "probabilities", f"Use activation={wanted!r}{other}.")
        )
    if labels != "probability" and port.activation == "sigmoid":
        warn_once(
            "logits",
            sentence(
                what,
                where,
                "softmax, which weighs the classes against each other",
                "For several labels of a row keep sigmoid and use binary_crossentropy.",
            ),
        )


def takes_logits(loss) -> bool:
    """Whether a loss, or the function that it wraps, has the argument ``from_logits``."""
    function = getattr(loss, "fn", None)
    code = getattr(function, "__code__", None)
    return hasattr(loss, "from_logits") or (
        code is not None and "from_logits" in code.co_varnames[: code.co_argcount]
    )


def named(loss) -> str:
    """Return the name of a loss, for messages."""
    return str(getattr(loss, "name", loss))
