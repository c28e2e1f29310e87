"""Tooltips of bricks."""

import re

import numpy as np
import pytest

from brickwork import Input, Sequential, pictures
from brickwork.layers import Dense
from brickwork.pictures.hover import MOST_STRANDS
from brickwork.pictures.live import Live


def titles(svg, kind):
    """Return the titles of the bricks of a kind, by ``(row, unit)``."""
    found = {}
    for data, title in re.findall(
        rf'<(?:g|path) class="{kind}[^"]*"([^>]*)>(?:<title>(.*?)</title>)?', svg
    ):
        row, unit = (re.search(rf'data-{name}="(\d+)"', data) for name in ("row", "unit"))
        found[row and int(row[1]), unit and int(unit[1])] = title
    return found


@pytest.fixture
def model():
    np.random.seed(1)
    net = Sequential(
        [
            Input((3,)),
            Dense(2, activation="relu", name="first"),
            Dense(2, activation="softmax", name="second"),
        ]
    )
    net.set_weights(
        [
            np.array([[0.5231, -1], [2, 3], [4, 5]]),
            np.array([0.25, -1]),
            np.array([[1, 2], [3, 4]]),
            np.zeros(2),
        ]
    )
    return net


@pytest.mark.parametrize("options", [{}, {"level": "lines"}, {"view": "isometric"}])
def test_a_weight_s_title_has_its_value_input_and_neuron(model, options):
    svg = model.draw(**options).svg()
    first, second = (titles(part, "weight") for part in _layers(svg))
    assert first[0, 0] == "x0 to neuron 0: weight 0.5231"
    assert first[2, 1] == "x2 to neuron 1: weight 5.0"
    assert second[1, 0] == "input 1 to neuron 0: weight 3.0"
    assert len(first) == 6 and all(first.values())


def _layers(svg):
    """Return the SVG of the first and second layer."""
    parts = re.split(r'(?=<g class="layer")', svg)[1:]
    return sorted(parts, key=lambda part: int(re.search(r'data-index="(\d)"', part)[1]))


def test_titles_of_other_bricks(model):
    first, second = _layers(model.draw(bias=True).svg())
    assert titles(first, "signal")[2, None] == "signal: x2"
    assert titles(first, "multiply")[1, 0] == "x1 × its weight to neuron 0".replace("×", "&#215;")
    assert titles(first, "sum")[None, 1] == "neuron 1: sum of 3 products and the bias"
    assert titles(first, "bias")[None, 0] == "neuron 0: bias 0.25"
    assert titles(first, "activation")[None, 1] == "neuron 1, relu: &#8805; 0"
    assert "input 1" in titles(second, "multiply")[1, 0]


def test_in_korean(model):
    first, _ = _layers(model.draw(labels="ko").svg())
    text = titles(first, "weight")[0, 1]
    text = re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), text)
    assert text == "x0 → 뉴런 1: 가중치 -1.0"


def test_titles_have_the_values_of_a_sample(model):
    first, _ = _layers(model.draw(sample=[1.0, 0.5, -0.25]).svg())
    assert titles(first, "signal")[1, None] == "signal: x1 = 0.5"
    assert titles(first, "weight")[0, 0] == "x0 to neuron 0: weight 0.5231"
    assert titles(first, "sum")[None, 0].endswith(" = 0.7731")


def test_columns_with_names():
    pandas = pytest.importorskip("pandas")
    net = Sequential([Dense(2, input_dim=2, name="one"), Dense(1, name="two")])
    net.compile("sgd", "mse")
    frame = pandas.DataFrame({"height": [1.0, 2.0], "<age>": [3.0, 4.0]})
    net.fit(frame, [0.0, 1.0], verbose=0)
    for svg in (net.draw().svg(), Live(net).svg()):
        first, second = (titles(part, "weight") for part in _layers(svg))
        assert first[0, 1].startswith("height to neuron 1: weight ")
        assert first[1, 0].startswith("&lt;age&gt; to neuron 0: weight ")
        assert second[1, 0].startswith("input 1 to neuron 0")


def test_unknown_weights_have_no_value():
    svg = Dense(2, input_dim=3).draw().svg()
    assert titles(svg, "weight")[2, 1] == "x2 to neuron 1: weight"


@pytest.mark.parametrize(
    "picture",
    [
        lambda: pictures.neuron(3, weights=[1, 2, 3]),
        lambda: pictures.overlaid(Dense(2, input_dim=3)),
        lambda: pictures.levels(Dense(1, input_dim=3)),
    ],
)
def test_titles_of_other_pictures(picture):
    svg = picture().svg()
    assert all(titles(svg, "weight").values()) and all(titles(svg, "sum").values())


def test_thousands_of_lines_have_no_titles():
    n = int(MOST_STRANDS**0.5)
    few, many = Dense(n, input_dim=n), Dense(n + 2, input_dim=n + 2)
    assert all(titles(few.draw("lines").svg(), "weight").values())
    assert not any(titles(many.draw("lines").svg(), "weight").values())
    assert titles(many.draw("lines").svg(), "sum")[None, 1]


@pytest.mark.parametrize(
    "options", [{}, {"level": "lines"}, {"level": "bricks"}, {"labels": "ko", "bias": True}]
)
def test_titles_of_a_live_picture_are_current(model, options):
    live = Live(model, **options)
    for scale in (-1, 0.001, 7):
        model.set_weights([scale * w + 0.1 for w in model.get_weights()])
        text = live.svg()
        found = re.findall(r'data-value="([^"]*)"[^>]*><title>[^<]* (\S+)</title>', text)
        assert len(found) >= 5 and all(a == b for a, b in found)
        assert titles(text, "weight") == titles(model.draw(**options).svg(), "weight")
