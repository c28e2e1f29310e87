"""What the outputs of a classifier say of the classes, by its loss."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Losses that take outputs as probabilities, unless they are told ``from_logits``.
_OF_PROBABILITIES = ("probability", "distribution", "classes")


def probabilities(outputs: np.ndarray, loss: Any, what: str) -> np.ndarray:
    """The probability of each class, (rows, classes).

    Args:
        outputs: (rows, classes), or (rows, 1) of two classes.
        loss: the loss that they were trained by; with ``from_logits`` they are logits.
        what: who is asked, for the message.

    Raises:
        ValueError: where the outputs are no probabilities.

    >>> probabilities(np.array([[0.25]]), None, "")
    array([[0.75, 0.25]])
    """
    if _are_logits(loss):
        return _of_logits(outputs, loss)
    if outputs.size and not (outputs.min() >= 0 and outputs.max() <= 1):
        raise ValueError(
            f"{what}.predict_proba: got outputs from {outputs.min():.3g} to {outputs.max():.3g}, "
            "expected probabilities. End the model with a softmax (of one unit with a sigmoid), "
            "or compile it with a crossentropy with from_logits=True.")
    if outputs.shape[1] == 1:
        return np.hstack([1 - outputs, outputs])
    total = outputs.sum(axis=1, keepdims=True)
    # A sigmoid for each class may say no to all of them.
    return np.where(total > 0, outputs / np.where(total > 0, total, 1), 1 / outputs.shape[1])


def difference(outputs: np.ndarray, loss: Any) -> np.ndarray:
    """What speaks for the second of two classes: above 0 where it is the more likely one, (rows,).

    >>> difference(np.array([[0.25], [0.5]]), None).tolist()
    [-0.25, 0.0]
    """
    one = outputs.shape[1] == 1
    outputs = outputs.astype(np.float64)
    labels = getattr(loss, "labels", None)
    if _are_logits(loss) and labels == "probability" and not one:  # each class on its own
        outputs = -np.logaddexp(0, -outputs)
    if _are_logits(loss) or labels == "signs":
        return outputs[:, 0] if one else outputs[:, 1] - outputs[:, 0]
    if labels in _OF_PROBABILITIES and outputs.size and (
            outputs.min() >= 0 and outputs.max() <= 1):
        both = np.hstack([1 - outputs, outputs]) if one else outputs
        logs = np.log(np.maximum(both, np.finfo(np.float32).tiny))
        return logs[:, 1] - logs[:, 0]
    return outputs[:, 0] - 0.5 if one else outputs[:, 1] - outputs[:, 0]


def _are_logits(loss) -> bool:
    return bool(getattr(loss, "from_logits", False))


def _of_logits(outputs: np.ndarray, loss) -> np.ndarray:
    if outputs.shape[1] == 1:
        outputs = np.hstack([np.zeros_like(outputs), outputs])
    elif getattr(loss, "labels", None) == "probability":  # each class on its own
        return probabilities(1 / (1 + np.exp(-np.clip(outputs, -700, 700))), None, "")
    raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
