"""Class probabilities from the outputs of a classifier, depending on its loss."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Labels of the losses whose outputs are probabilities, unless they have ``from_logits=True``.
_PROBABILITY_LABELS = ("probability", "distribution", "classes")


def probabilities(outputs: np.ndarray, loss: Any, what: str) -> np.ndarray:
    """The probability of each class, (rows, classes).

    Args:
        outputs: outputs of shape (rows, classes), or (rows, 1) for two classes.
        loss: the model's loss; with ``from_logits=True`` the outputs are logits.
        what: the calling function, for the message.

    Raises:
        ValueError: if the outputs are not probabilities.

    >>> probabilities(np.array([[0.25]]), None, "")
    array([[0.75, 0.25]])
    """
    if _takes_logits(loss):
        return _from_logits(outputs, loss)
    if outputs.size and not (outputs.min() >= 0 and outputs.max() <= 1):
        raise ValueError(
            f"{what}.predict_proba: got outputs from {outputs.min():.3g} to {outputs.max():.3g}, "
            "expected probabilities. End the model with a softmax (with one unit a sigmoid), or "
            "compile it with a crossentropy with from_logits=True."
        )
    if outputs.shape[1] == 1:
        return np.hstack([1 - outputs, outputs])
    total = outputs.sum(axis=1, keepdims=True)
    # With a sigmoid for each class, all of them may be 0.
    return np.where(total > 0, outputs / np.where(total > 0, total, 1), 1 / outputs.shape[1])


def decision_values(outputs: np.ndarray, loss: Any) -> np.ndarray:
    """The decision score of the second of two classes, (rows,): positive if it is more likely.

    >>> decision_values(np.array([[0.25], [0.5]]), None).tolist()
    [-0.25, 0.0]
    """
    one = outputs.shape[1] == 1
    outputs = outputs.astype(np.float64)
    labels = getattr(loss, "labels", None)
    if _takes_logits(loss) and labels == "probability" and not one:  # independent classes
        outputs = -np.logaddexp(0, -outputs)
    if _takes_logits(loss) or labels == "signs":
        return outputs[:, 0] if one else outputs[:, 1] - outputs[:, 0]
    if (
        labels in _PROBABILITY_LABELS
        and outputs.size
        and (outputs.min() >= 0 and outputs.max() <= 1)
    ):
        both = np.hstack([1 - outputs, outputs]) if one else outputs
        logs = np.log(np.maximum(both, np.finfo(np.float32).tiny))
        return logs[:, 1] - logs[:, 0]
    return outputs[:, 0] - 0.5 if one else outputs[:, 1] - outputs[:, 0]


def _takes_logits(loss) -> bool:
    return bool(getattr(loss, "from_logits", False))


def _from_logits(outputs: np.ndarray, loss) -> np.ndarray:
    if outputs.shape[1] == 1:
        outputs = np.hstack([np.zeros_like(outputs), outputs])
    elif getattr(loss, "labels", None) == "probability":  # independent classes
        return probabilities(1 / (1 + np.exp(-np.clip(outputs, -700, 700))), None, "")
    raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
