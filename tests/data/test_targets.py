"""Warnings and errors for targets that do not fit the loss, and targets that are accepted."""

import warnings

import numpy as np
import pytest

from brickwork import data, losses
from brickwork.data.checks import check_losses
from brickwork.data.facts import Expectation, Port

X = np.zeros((6, 2), "float32")
ONES, ZEROS, BOTH = np.ones(6), np.zeros(6), np.array([0, 1, 1, 0, 1, 0])
RISING = np.arange(6.0)
HOT = np.eye(3)[[0, 1, 2, 0, 1, 2]]


def said(loss, y, units=1, activation=None):
    """The warnings that come of these targets."""
    data.forget_warnings()
    expects = Expectation(
        (Port("input", (2,)),),
        (Port("dense", (units,), activation=activation),),
        (losses.get(loss),),
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_losses(expects)
        if y is not None:
            data.for_fit(X, y, expects=expects)
    return " ".join(str(w.message) for w in caught)


@pytest.mark.parametrize(
    ("loss", "y", "units"),
    [
        ("Hinge", BOTH, 1),
        ("Hinge", 2 * BOTH - 1, 1),
        ("SquaredHinge", ONES, 1),
        ("Hinge", ZEROS, 1),
        ("Hinge", -ONES, 1),
        ("Poisson", RISING, 1),
        ("MeanSquaredLogarithmicError", ZEROS, 1),
        ("MeanAbsolutePercentageError", RISING - 9, 1),
        ("CategoricalHinge", HOT, 3),
        ("KLDivergence", HOT, 3),
        ("KLDivergence", ONES, 1),
        ("Huber", RISING - 3, 1),
        ("Circle", np.arange(6) * 1000, 3),
        ("Circle", RISING[:, None], 3),
        ("Dice", BOTH, 1),
        ("CategoricalGeneralizedCrossEntropy", BOTH, 2),
    ],
)
def test_nothing_is_said(loss, y, units):
    assert not said(loss, y, units)


@pytest.mark.parametrize(
    ("loss", "y", "units", "says"),
    [
        (
            "Hinge",
            BOTH + 1,
            1,
            "fit.y: got values from 1 to 2, expected -1 and 1, or 0 and 1, for "
            "hinge. Do the labels start at 1? Then use y - 1.",
        ),
        ("SquaredHinge", np.array([-1, 0, 1, 0, 1, 1]), 1, "from -1 to 1, expected -1 and 1, or 0"),
        ("Hinge", RISING / 5, 1, "from 0 to 1, expected"),
        ("Poisson", RISING - 1, 1, "values down to -1, expected none below 0 for poisson"),
        ("MeanSquaredLogarithmicError", RISING - 1, 1, "down to -1"),
        (
            "MeanAbsolutePercentageError",
            RISING - 2,
            1,
            "values of 0, first at row 2, expected none",
        ),
        ("CategoricalHinge", HOT * 0.5, 3, "rows that do not sum to 1"),
        ("KLDivergence", HOT * 0.5, 3, "rows that do not sum to 1"),
    ],
)
def test_a_word_of_what_is_almost_surely_a_mistake(loss, y, units, says):
    assert says in said(loss, y, units)


@pytest.mark.parametrize(
    ("loss", "y", "units", "says"),
    [
        ("BinaryFocalCrossentropy", BOTH + 1, 1, "expected 0 to 1"),
        ("Dice", BOTH * 255, 1, "pixels"),
        ("Tversky", RISING, 1, "expected 0 to 1"),
        ("CategoricalGeneralizedCrossEntropy", RISING, 3, "0 to 2 for 3 classes"),
        ("Circle", RISING / 2, 3, "a label with a fraction"),
        ("Circle", HOT, 3, "One whole number for each row"),
        ("Huber", HOT, 1, "expected"),
        ("Poisson", RISING * np.nan, 1, "NaN at row 0"),
        ("CategoricalFocalCrossentropy", BOTH, 2, "to_categorical"),
    ],
)
def test_what_cannot_mean_what_it_says_is_refused(loss, y, units, says):
    with pytest.raises(ValueError, match=says):
        said(loss, y, units)


@pytest.mark.parametrize(
    ("loss", "activation", "says"),
    [
        ("Hinge", "sigmoid", "expected outputs of both signs. Use activation='tanh' or 'linear'."),
        ("KLDivergence", "linear", "expected probabilities. Use activation='softmax'."),
        ("Dice", "linear", "Use activation='sigmoid'."),
        ("BinaryFocalCrossentropy", "tanh", "Use activation='sigmoid', or from_logits=True."),
        ("binary_focal_crossentropy", "tanh", "Use activation='sigmoid', or from_logits=True."),
        ("Hinge", "tanh", ""),
        ("Huber", "linear", ""),
        ("CategoricalHinge", "linear", ""),
        ("mape", "linear", ""),
        ("Poisson", "softplus", ""),
        ("Tversky", "sigmoid", ""),
    ],
)
def test_losses_and_the_last_activation(loss, activation, says):
    found = losses.resolve(loss)
    text = said(found, None, 3, activation)
    assert text.endswith(says) and bool(text) == bool(says)
