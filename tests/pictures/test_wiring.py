"""Graphs of layers are read from models as they are called."""

import numpy as np
import pytest
from drawing import check_texts, of_class, parsed

from brickwork import Input, Model, Sequential, ops
from brickwork.layers import Activation, Dense, Dropout, Layer
from brickwork.pictures import draw
from brickwork.pictures.network import read
from brickwork.program import TraceError, current_trace


class Concatenate(Layer):
    def call(self, inputs):
        return ops.concatenate(inputs, axis=-1)


class Add(Layer):
    def call(self, inputs):
        return inputs[0] + inputs[1]


class Branches(Model):
    """Two ways that meet twice; one of them is a model itself."""

    def __init__(self, name="branches"):
        super().__init__(name=name)
        self.left = Dense(3, activation="relu", name="left")
        self.right = Sequential([Dense(5, name="right"), Dropout(0.3, name="rest"),
                                 Dense(3, name="deep")])
        self.plus, self.join = Add(name="plus"), Concatenate(name="join")
        self.answer = Dense(1, activation="sigmoid", name="answer")

    def call(self, inputs):
        left, right = self.left(inputs), self.right(inputs)
        return self.answer(self.join([left, right, self.plus([left, right])]))


class Row(Model):
    def __init__(self):
        super().__init__(name="row")
        self.one, self.two = Dense(3, name="one"), Dense(2, name="two")

    def call(self, inputs):
        return self.two(self.one(inputs))


def built(model, n=4):
    model.build((None, n))
    return model


def told(model):
    """name: (inputs, outputs, what it stands on) of each brick."""
    bricks = read(model).bricks
    return {b.name: (b.inputs, b.outputs, [bricks[s].name for s in b.sources]) for b in bricks}


def test_a_subclass_that_branches_and_merges():
    assert told(built(Branches())) == {
        "input": (4, 4, []), "left": (4, 3, ["input"]), "right": (4, 5, ["input"]),
        "rest": (5, 5, ["right"]), "deep": (5, 3, ["rest"]), "plus": (3, 3, ["left", "deep"]),
        "join": (9, 9, ["left", "deep", "plus"]), "answer": (9, 1, ["join"])}


def test_its_picture():
    model = built(Branches())
    picture = model.draw()
    root = parsed(picture)
    assert len(of_class(root, "layer")) == 8
    assert len(of_class(root, "weight")) == 12 + 20 + 15 + 9 == read(model).synapses
    assert len(of_class(root, "ribbon")) == 10
    assert "4 inputs, 1 output, 56 synapses" in picture.scene.title
    check_texts(picture.scene)
    values = {(e.get("data-layer"), e.get("data-row"), e.get("data-unit")): e.get("data-value")
              for e in of_class(root, "weight")}
    kernel = np.asarray(model.left.kernel)
    assert float(values["left", "2", "1"]) == pytest.approx(kernel[2, 1], rel=1e-3)
    assert "join · Concatenate ← left, deep, plus" in picture.text()


def test_a_row_is_a_row_however_it_is_written():
    assert read(built(Row())).chain
    assert told(built(Row())) == {"one": (4, 3, []), "two": (3, 2, ["one"])}


def test_a_graph_inside_a_row():
    inner = Branches("inner")
    found = told(built(Sequential([Dense(6, input_dim=4, name="first"), inner,
                                   Activation("relu", name="last")])))
    assert found["left"] == (6, 3, ["first"]) and found["right"] == (6, 5, ["first"])
    assert found["last"] == (1, 1, ["answer"]) and "input" not in found


def test_a_model_put_together_of_symbols():
    a, b = Input((4,), name="a"), Input((3,), name="b")
    shared = Dense(2, name="shared")
    joined = Concatenate(name="join")([shared(a), shared(Dense(4, name="own")(b))])
    model = Model([a, b], [Dense(1, name="answer")(joined), joined])
    bricks = read(model).bricks
    assert [x.name for x in bricks] == ["a", "shared", "b", "own", "shared", "join", "answer"]
    assert [x.sources for x in bricks] == [(), (0,), (), (2,), (3,), (1, 4), (5,)]
    assert [x.kind for x in bricks][::2] == ["InputLayer", "InputLayer", "Dense", "Dense"]
    check_texts(draw(model).scene)


def test_a_sample_goes_through_a_row_and_is_refused_by_a_graph():
    model = built(Row())
    picture = draw(model, sample=[1, 2, 3, 4])
    (answer,) = model.predict(np.array([[1.0, 2, 3, 4]]), verbose=0)
    values = [float(e.get("data-value")) for e in of_class(parsed(picture), "activation")]
    assert np.allclose(values[-2:], answer, rtol=1e-5) or np.allclose(values[:2], answer, rtol=1e-5)
    with pytest.raises(ValueError, match="branch"):
        draw(built(Branches()), sample=[1, 2, 3, 4])


def test_ops_between_layers_are_bricks_and_what_computes_otherwise_is_one():
    class Own(Row):
        def call(self, inputs):
            return super().call(inputs) * 2.0

    network = read(built(Own()))
    assert [b.kind for b in network.bricks] == ["Dense", "Dense", "Operation"]
    assert [b.sources for b in network.bricks] == [(), (0,), (1,)]

    class Closed(Row):
        def call(self, inputs):
            if current_trace() is None:
                raise TraceError("This is computed where nobody can look.")
            return super().call(inputs)

    network = read(built(Closed()))
    assert [(b.kind, b.inputs, b.outputs) for b in network.bricks] == [("Closed", 4, 2)]


def test_drawing_leaves_no_calls_behind():
    model = built(Row())
    before = [len(layer._nodes) for layer in model.family()]
    draw(model)
    assert [len(layer._nodes) for layer in model.family()] == before
