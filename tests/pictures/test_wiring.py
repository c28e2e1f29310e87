"""Connections of layers are read from calls of the model."""

import re

import numpy as np
import pytest
from drawing import check_texts, of_class, parsed, text_boxes

from brickwork import Input, Model, Sequential, layers, ops
from brickwork.layers import Activation, Dense, Dropout, Layer
from brickwork.pictures import draw
from brickwork.pictures.live import Live
from brickwork.pictures.network import read


class Concatenate(Layer):
    def call(self, inputs):
        return ops.concatenate(inputs, axis=-1)


class Add(Layer):
    def call(self, inputs):
        return inputs[0] + inputs[1]


class Branches(Model):
    """Two branches that merge twice; one of them is a model."""

    def __init__(self, name="branches"):
        super().__init__(name=name)
        self.left = Dense(3, activation="relu", name="left")
        self.right = Sequential(
            [Dense(5, name="right"), Dropout(0.3, name="rest"), Dense(3, name="deep")]
        )
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


def brick_facts(model):
    """Return ``{name: (inputs, outputs, sources)}`` of the bricks."""
    bricks = read(model).bricks
    return {b.name: (b.inputs, b.outputs, [bricks[s].name for s in b.sources]) for b in bricks}


def test_a_subclass_that_branches_and_merges():
    assert brick_facts(built(Branches())) == {
        "input": (4, 4, []),
        "left": (4, 3, ["input"]),
        "right": (4, 5, ["input"]),
        "rest": (5, 5, ["right"]),
        "deep": (5, 3, ["rest"]),
        "plus": (3, 3, ["left", "deep"]),
        "join": (9, 9, ["left", "deep", "plus"]),
        "answer": (9, 1, ["join"]),
    }


def test_its_picture():
    model = built(Branches())
    picture = model.draw()
    root = parsed(picture)
    assert len(of_class(root, "layer")) == 8
    assert len(of_class(root, "weight")) == 12 + 20 + 15 + 9 == read(model).synapses
    assert len(of_class(root, "ribbon")) == 10
    assert "4 inputs, 1 output, 56 synapses" in picture.scene.title
    check_texts(picture.scene)
    values = {
        (e.get("data-layer"), e.get("data-row"), e.get("data-unit")): e.get("data-value")
        for e in of_class(root, "weight")
    }
    kernel = np.asarray(model.left.kernel)
    assert float(values["left", "2", "1"]) == pytest.approx(kernel[2, 1], rel=1e-3)
    assert "join (Concatenate), 9 inputs, 9 outputs, after left and deep and plus" in (
        picture.scene.description
    )
    assert "join · Concatenate ← left, deep, plus" in picture.text()


def test_a_subclass_of_a_chain_is_a_chain():
    assert read(built(Row())).chain
    assert brick_facts(built(Row())) == {"one": (4, 3, []), "two": (3, 2, ["one"])}


def test_a_graph_inside_a_chain():
    inner = Branches("inner")
    found = brick_facts(
        built(
            Sequential(
                [Dense(6, input_dim=4, name="first"), inner, Activation("relu", name="last")]
            )
        )
    )
    assert found["left"] == (6, 3, ["first"]) and found["right"] == (6, 5, ["first"])
    assert found["last"] == (1, 1, ["answer"]) and "input" not in found


def test_a_functional_model():
    a, b = Input((4,), name="a"), Input((3,), name="b")
    shared = Dense(2, name="shared")
    joined = Concatenate(name="join")([shared(a), shared(Dense(4, name="own")(b))])
    model = Model([a, b], [Dense(1, name="answer")(joined), joined], name="joined")
    bricks = read(model).bricks
    assert [x.name for x in bricks] == ["a", "b", "shared", "own", "shared", "join", "answer"]
    assert [x.sources for x in bricks] == [(), (), (0,), (1,), (3,), (2, 4), (5,)]
    assert [x.kind for x in bricks][:2] == ["InputLayer", "InputLayer"]
    check_texts(draw(model).scene)
    picture = draw(model).svg()
    a2, b2 = Input((4,), name="a2"), Input((3,), name="b2")
    answer, both = model([a2, b2])
    outer = Model([a2, b2], Add(name="plus")([answer, Dense(1, name="more")(both)]))
    facts = brick_facts(outer)
    assert facts["plus"] == (1, 1, ["answer", "more"]) and "a" not in facts
    assert facts["join"][2] == ["shared", "shared"]
    model.summary(print_fn=str)
    assert draw(model).svg() == picture  # also after its layers were called elsewhere


def test_samples_are_for_chains_only():
    model = built(Row())
    picture = draw(model, sample=[1, 2, 3, 4])
    (answer,) = model.predict(np.array([[1.0, 2, 3, 4]]), verbose=0)
    values = [float(e.get("data-value")) for e in of_class(parsed(picture), "activation")]
    assert np.allclose(values[-2:], answer, rtol=1e-5) or np.allclose(values[:2], answer, rtol=1e-5)
    with pytest.raises(ValueError, match="branch"):
        draw(built(Branches()), sample=[1, 2, 3, 4])


def test_ops_between_layers_are_bricks_and_drawing_changes_nothing():
    class Own(Row):
        def call(self, inputs):
            return super().call(inputs) * 2.0 + self.one(inputs)[:, :2]

    model = built(Own())
    nodes = [len(layer._nodes) for layer in model.family()]
    first = draw(model).svg()
    assert draw(model).svg() == first  # names of ops have no counters
    assert [len(layer._nodes) for layer in model.family()] == nodes
    found = brick_facts(model)
    assert found["add"][:2] == (2, 2) and found["multiply"] == (2, 2, ["two"])
    assert [b.name for b in read(model).bricks].count("one") == 2


def test_an_opaque_model_is_one_brick():
    class Constant(Row):
        def build(self, input_shape):
            self.own = self.add_weight((1, 2), "ones")
            self.built = True

        def call(self, inputs):
            return ops.convert_to_tensor(self.own)

    model = Constant()
    model.build((None, 4))
    model._built_shape = (None, 4)
    network = read(model)
    assert [(b.kind, b.inputs) for b in network.bricks] == [("Constant", 4)]


class ReLU(Layer):
    def call(self, inputs):
        return ops.maximum(inputs, 0)


class PerPlace(Layer):
    """A layer with a kernel, but without a weight for each input and output."""

    def build(self, input_shape):
        self.kernel = self.add_weight((3, input_shape[-1]), "ones")
        self.built = True

    def call(self, inputs):
        return inputs * self.kernel[0]


class Turned(Layer):
    activation = "tanh"

    def call(self, inputs):
        return ops.reshape(inputs, (-1, 2, 3))


def test_any_layer_has_a_brick():
    model = built(
        Sequential(
            [
                Dense(6, name="dense"),
                ReLU(name="relu"),
                PerPlace(name="place"),
                Turned(name="turned"),
                Dense(2, name="last"),
            ]
        )
    )
    bricks = read(model).bricks
    assert [(b.kind, b.inputs, b.outputs, b.dense, b.activation) for b in bricks] == [
        ("Dense", 4, 6, True, "linear"),
        ("ReLU", 6, 6, False, "relu"),
        ("PerPlace", 6, 6, False, "linear"),
        ("Turned", 6, 6, False, "tanh"),
        ("Dense", 3, 2, True, "linear"),
    ]
    for options in ({}, {"level": "bricks"}, {"view": "isometric"}, {"labels": "ko"}):
        check_texts(draw(model, **options).scene)
    root = parsed(draw(model))
    assert len(of_class(root, "layer")) == 5 and len(of_class(root, "plate")) == 1
    Live(model).svg("now")


def test_deep_models_are_read_without_recursion():
    x = start = Input((2,))
    for k in range(1500):
        x = Activation("relu", name=f"a{k}")(x)
    assert len(read(Model(start, x)).bricks) == 1501


def test_the_film_of_a_graph(monkeypatch):
    model = built(Branches())
    live = Live(model)
    model.set_weights([w + 1 for w in model.get_weights()])
    text, picture = live.svg("now"), draw(model).svg()

    def weights(svg):
        return re.findall(r'<g class="weight.*?</g>', svg)

    assert weights(text) == weights(picture) and ">now<" in text


def test_a_layer_of_several_inputs_is_drawn_separately_and_in_a_summary(capsys):
    a, b = Input((4,), name="a"), Input((3,), name="b")
    join = Concatenate(name="join")
    model = Model([a, b], join([a, b]) * 2.0)
    (brick,) = read(join).bricks
    assert (brick.inputs, brick.outputs) == (7, 7)
    model.summary(bricks=True)
    assert "a[0][0]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("size", "level"), [(None, "weight"), (600, "weight"), (400, "weight"), (350, "body")]
)
def test_a_graph_of_many_synapses_fits_its_page(size, level):
    words = Input((5,), dtype="int32", name="words")
    text = layers.GlobalAveragePooling1D()(layers.Embedding(1000, 8)(words))
    price = Input((3,), name="price")
    both = layers.BatchNormalization()(layers.Concatenate()([price, text]))
    shared = Dense(16, activation="relu")(both)
    model = Model([price, words], [Dense(1, name="sold")(shared), Dense(1, name="days")(shared)])
    picture = model.draw(size=size)
    check_texts(picture.scene)
    assert picture.scene.width <= (size or 830) + (50 if size == 350 else 0)  # the longest name
    assert of_class(parsed(picture), level)
    assert f"= {model.count_params():,} parameters" in picture.svg()


def test_a_shared_layer_is_counted_once():
    one, two, shared = Input((3,)), Input((3,)), Dense(4, name="shared")
    model = Model([one, two], Dense(1)(layers.Concatenate()([shared(one), shared(two)])))
    text = model.draw().svg()
    assert "shared layers once: 20 synapses + 5 biases = 25 parameters" in text
    assert text.count(">the same weights again<") == 1
    assert any("25개" in text for text, _, _ in text_boxes(model.draw(labels="ko").scene))
