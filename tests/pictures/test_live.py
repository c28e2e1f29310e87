"""A picture whose weights are filled in is the picture that is drawn."""

import re

import numpy as np
import pytest

import brickwork
from brickwork.layers import Dense, Dropout
from brickwork.pictures.live import Live


def model(*sizes):
    layers = [Dense(sizes[1], input_dim=sizes[0], activation="relu"), Dropout(0.5)]
    return brickwork.Sequential([*layers, *(Dense(u, activation="tanh") for u in sizes[2:])])


def changed(made, seed=1):
    random = np.random.default_rng(seed)
    made.set_weights([random.normal(size=w.shape) for w in made.get_weights()])
    return made


def inside(text, end):
    """The layers and labels, without the canvas, which is higher by what is written below."""
    return text.split('class="layer"', 1)[1].rpartition(end)[0]


@pytest.mark.parametrize("options", [
    {}, {"bias": True}, {"labels": "ko", "apart": True}, {"level": "lines", "bias": True},
    {"level": "bricks"}, {"view": "isometric"}, {"theme": "dark"}, {"weights": False},
])
@pytest.mark.parametrize("sizes", [(3, 1), (4, 8, 6, 1), (20, 20, 3)])
def test_filled_in_is_drawn(sizes, options):
    made = model(*sizes)
    live = Live(made, **options)
    for seed in range(3):
        text = live.svg("as now")
        assert inside(text, "<text") == inside(made.draw(**options).svg(), "</svg>")
        assert text.count(">as now<") == 1 and text.endswith("</svg>\n")
        changed(made, seed)


def test_weights_that_are_no_numbers():
    made = changed(model(3, 2))
    live = Live(made)
    made.set_weights([np.array([[1, np.nan], [np.inf, -1], [-np.inf, 0]]), np.zeros(2)])
    assert inside(live.svg(), "<text") == inside(made.draw().svg(), "</svg>")


def greens(text):
    return re.findall(r'class="weight (s\d) (?:pos|neg)"', text)


def test_the_scale_follows_slowly_and_greens_do_not_flicker():
    made = brickwork.Sequential([Dense(5, input_dim=5)])
    kernel = np.linspace(-1, 1, 25).reshape(5, 5)
    made.set_weights([kernel, np.zeros(5)])
    live = Live(made)
    first = greens(live.svg())
    random = np.random.default_rng(0)
    for _ in range(20):  # noise does not change a green, nor a jump of one weight the others'
        made.set_weights([kernel * random.uniform(0.98, 1.02, (5, 5)), np.zeros(5)])
        assert greens(live.svg(since=0.05)) == first
    made.set_weights([kernel * 3, np.zeros(5)])
    assert sum(map(int, "".join(greens(live.svg(since=0.05))).replace("s", ""))) > 60
    for _ in range(200):
        text = live.svg(since=0.05)
    assert sum(a == b for a, b in zip(greens(text), first, strict=True)) > 20
    assert greens(live.svg()) == greens(made.draw().svg())


def test_names_cannot_be_taken_for_slots():
    name = 'epoch 888,888/888,888 · loss 8.8888e-88 data-value="1" <g class="weight">'
    made = brickwork.Sequential([Dense(2, input_dim=2, name=name)])
    text = Live(changed(made)).svg("here")
    assert inside(text, "<text") == inside(made.draw().svg(), "</svg>")
    assert ">here<" in text
