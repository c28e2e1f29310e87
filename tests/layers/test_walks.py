"""What is inside of a layer is found once, and again as soon as something has changed."""

import copy

import numpy as np
import pytest

from brickwork import Sequential, Variable, layers
from brickwork.layers import tracking


class Holder(layers.Layer):
    def __init__(self):
        super().__init__()
        self.parts = [layers.Dense(2)]
        self.named = {"a": [Variable(1.0)]}
        self.alone = Variable(2.0)
        for part in self.parts:
            part.build((None, 2))


def replaced(holder):
    holder.alone = Variable(3.0)


def removed(holder):
    del holder.alone


def cleared(holder):
    holder.alone = None


def appended(holder):
    holder.parts.append(layers.Dense(1))
    holder.parts[-1].build((None, 2))


def deeper(holder):
    holder.named["a"].append(Variable(1.0))


def renamed(holder):
    holder.named["b"] = layers.Dense(3)
    holder.named["b"].build((None, 2))


def exchanged(holder):
    holder.named["a"][0] = Variable(1.0)


def inside(holder):
    holder.parts[0].extra = Variable(5.0)


def frozen(holder):
    holder.alone.trainable = False


def added(holder):
    holder.parts[0].add_weight((3,), name="more")


@pytest.mark.parametrize(
    "change",
    [replaced, removed, cleared, appended, deeper, renamed, exchanged, inside, frozen, added],
)
def test_a_change_is_seen_at_once(change):
    holder = Holder()
    before = [*holder.weights], [*holder.trainable_weights], [*holder.family()]
    change(holder)
    after = holder.weights, holder.trainable_weights, holder.family()
    fresh = tracking.Walk(holder)
    assert [*map(id, after[0])] == [*map(id, fresh.weights)]
    assert [*map(id, after[2])] == [*map(id, fresh.family)]
    assert any([*map(id, a)] != [*map(id, b)] for a, b in zip(before, after, strict=True))


def test_what_is_unchanged_is_not_searched_again(monkeypatch):
    holder, model = Holder(), Sequential([layers.Input((2,)), layers.Dense(2)])
    for layer in (holder, model):
        layer.trainable_weights  # noqa: B018
    monkeypatch.setattr(tracking, "inside", None)
    assert len(holder.trainable_weights) == 4
    assert len(model.trainable_weights) == 2
    model(np.ones((1, 2)))
    assert len(model.weights) == 2


def test_the_lists_are_the_callers_own():
    holder = Holder()
    holder.weights.clear()
    holder.family().clear()
    assert len(holder.weights) == 4
    assert len(holder.family()) == 2


def test_a_growing_model_and_a_copy_are_searched_anew():
    model = Sequential([layers.Input((2,)), layers.Dense(2)])
    assert len(model.weights) == 2
    model.add(layers.Dense(3))
    assert len(model.weights) == 4
    twin = copy.deepcopy(model)
    assert not {id(v) for v in twin.weights} & {id(v) for v in model.weights}
    model.pop()
    assert len(model.weights) == 2


def test_an_empty_model_grows():
    model = Sequential()
    assert model.weights == []
    model.add(layers.Input((2,)))
    model.add(layers.Dense(2))
    assert len(model.weights) == 2
    nested = Sequential([layers.Input((2,)), model])
    assert len(nested.weights) == 2
    model.add(layers.Dense(1))
    assert len(nested.family()) == 4
