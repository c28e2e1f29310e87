"""The recipes' networks: half of them see cosines of the numbers, the others ramps."""

import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import PiecewiseLinear, Waves
from brickwork.tabular.bag import train_bag
from brickwork.tabular.recipes import Recipe
from brickwork.tabular.task import Task

RNG = np.random.default_rng(3)
X = np.column_stack([RNG.normal(size=(90, 2)), RNG.integers(0, 2, 90)]).astype(np.float32)
Y = np.sin(4 * X[:, :1])
TASK = Task("regression", ["y"])


def waves_of(member):
    return [layer for layer in member.layers if isinstance(layer, Waves)]


def test_the_second_half_of_the_networks_has_waves_of_numbers_of_more_than_two_values():
    bag = train_bag(X, Y, TASK, Recipe(4, folds=2, epochs=2), numbers=[0, 2])
    assert [len(waves_of(member)) for member in bag.members] == [0, 0, 1, 1]
    assert waves_of(bag.members[3])[0].columns == (0,)
    first, second = (waves_of(bag.members[index])[0] for index in (2, 3))
    assert (np.asarray(first.frequencies) != np.asarray(second.frequencies)).all()


@pytest.mark.parametrize(
    "recipe, numbers",
    [
        (Recipe(1, folds=2, epochs=1), [0, 1]),
        (Recipe(2, folds=2, epochs=1, waves=0), [0, 1]),
        (Recipe(2, folds=2, epochs=1), []),
        (Recipe(2, folds=2, epochs=1), [2]),
    ],
)
def test_no_network_has_waves_without_numbers_and_one_alone_has_none(recipe, numbers):
    bag = train_bag(X, Y, TASK, recipe, numbers=numbers)
    assert not any(waves_of(member) for member in bag.members)


def ramps_of(member):
    return [layer for layer in member.layers if isinstance(layer, PiecewiseLinear)]


def test_the_other_networks_have_ramps_between_quantiles():
    bag = train_bag(X, Y, TASK, Recipe(3, folds=2, epochs=2), numbers=[0, 2])
    assert [len(ramps_of(member)) for member in bag.members] == [1, 1, 0]
    (layer,) = ramps_of(bag.members[0])
    assert layer.columns == (0,)
    np.testing.assert_allclose(layer.edges[0], np.quantile(X[:, 0], np.linspace(0, 1, 9)))
    alone = train_bag(X, Y, TASK, Recipe(1, folds=2, epochs=1), numbers=[0])
    assert len(ramps_of(alone.members[0])) == 1
    few = train_bag(np.round(X), Y, TASK, Recipe(1, folds=2, epochs=1, ramps=2), numbers=[0])
    assert not ramps_of(few.members[0])
    none = train_bag(X, Y, TASK, Recipe(1, folds=2, epochs=1, ramps=0), numbers=[0])
    assert not ramps_of(none.members[0])


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: PiecewiseLinear([[0, 1]], columns=[0, 1]), "got 2, expected 1"),
        (lambda: PiecewiseLinear([[0, 1]], columns=[3])(X), "got 3, expected indices"),
        (lambda: PiecewiseLinear([[0, 1]])(X), "got 1 lists, expected one for each of the 3"),
        (lambda: PiecewiseLinear([[1, 1]]), "increasing"),
        (lambda: PiecewiseLinear([[1]]), "at least two"),
        (lambda: PiecewiseLinear([[0, np.nan]]), "finite"),
        (lambda: PiecewiseLinear([]), "got none"),
        (lambda: PiecewiseLinear("ab"), "got 'ab'"),
        (lambda: PiecewiseLinear.of_quantiles(np.ones((3, 2))), "one value throughout"),
        (lambda: PiecewiseLinear.of_quantiles([[1.0], [np.nan]]), "none missing"),
        (lambda: PiecewiseLinear.of_quantiles(X, ramps=2.5), "ramps: got 2.5"),
        (lambda: PiecewiseLinear.of_quantiles(X, columns=[7]), "got 7, expected indices"),
        (lambda: PiecewiseLinear([[0, 1]], columns=[1.9]), "got 1.9"),
        (lambda: PiecewiseLinear([[0, 1]], columns="1"), "got '1'"),
        (
            lambda: PiecewiseLinear([[0, 2e-8]], columns=[0], dtype="mixed_float16")(X),
            "two edges are 2e-08 apart, which float16 cannot tell",
        ),
    ],
)
def test_ramps_that_make_no_sense(make, says):
    with pytest.raises(ArgumentError, match=says):
        make()


def test_waves_are_not_trained():
    model = Recipe(1).network(3, TASK, [0])
    before = [np.array(weight) for weight in waves_of(model)[0].weights]
    model.fit(X, Y, epochs=2, verbose=0)
    after = [np.array(weight) for weight in waves_of(model)[0].weights]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
    assert not waves_of(model)[0].trainable_weights


def test_columns_that_are_not_there():
    with pytest.raises(ArgumentError, match="got 3, expected indices of the 3 inputs"):
        Waves(columns=[0, 3])(X)
    with pytest.raises(ArgumentError, match="got none"):
        Waves(columns=[])
    with pytest.raises(ArgumentError, match=r"got 1\.9"):  # which int() would make 1
        Waves(columns=[1.9])
    with pytest.raises(ArgumentError, match="got '1'"):
        Waves(columns="1")
