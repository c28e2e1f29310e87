"""A picture with filled-in weights equals the drawn picture."""

import re

import numpy as np
import pytest
from samples import LONG

import brickwork
from brickwork.layers import Dense, Dropout
from brickwork.pictures.live import Live


def model(*sizes):
    layers = [Dense(sizes[1], input_dim=sizes[0], activation="relu"), Dropout(0.5)]
    return brickwork.Sequential([*layers, *(Dense(u, activation="tanh") for u in sizes[2:])])


def changed(net, seed=1):
    random = np.random.default_rng(seed)
    net.set_weights([random.normal(size=w.shape) for w in net.get_weights()])
    return net


def inside(text, end):
    """Return the layers and labels without the canvas, which also contains the text below."""
    return text.split('class="layer"', 1)[1].rpartition(end)[0]


OPTIONS = [
    {},
    {"bias": True},
    {"labels": "ko", "apart": True},
    {"level": "lines", "bias": True},
    {"level": "bricks"},
    {"view": "isometric"},
    {"theme": "dark"},
    {"weights": False},
]
#: The large one in three dimensions takes ten seconds.
LARGE = (16, 16, 2)


@pytest.mark.parametrize(
    ("sizes", "options"),
    [
        (sizes, options)
        for sizes in ((3, 1), (4, 8, 6, 1), (20, 20, 3), LARGE)
        for options in OPTIONS
        if LONG or sizes != LARGE or "view" not in options
    ],
)
def test_filled_in_equals_drawn(sizes, options):
    net = model(*sizes)
    live = Live(net, **options)
    for seed in range(3):
        text = live.svg("as now")
        assert same(inside(text, "<text"), inside(net.draw(**options).svg(), "</svg>"))
        assert text.count(">as now<") == 1 and text.endswith("</svg>\n")
        changed(net, seed)


@pytest.mark.parametrize(
    "options", [{}, {"level": "lines"}, {"level": "bricks"}, {"view": "isometric"}, {"bias": True}]
)
def test_nan_weights(options):
    net = changed(model(3, 2))
    live = Live(net, **options)
    for kernel in (
        [[1, np.nan], [np.inf, -1], [-np.inf, 0]],
        [[-1, -1], [1, 1], [0, -1]],
        [[np.nan, np.nan], [np.nan, -1], [2, np.nan]],
        np.full((3, 2), np.nan),
    ):
        net.set_weights([np.array(kernel), np.array([0, np.nan])])
        picture = net.draw(**options).svg()
        assert same(inside(live.svg(), "<text"), inside(picture, "</svg>"))
        broken = np.count_nonzero(~np.isfinite(kernel)) + 1
        assert f"{broken} weight" in picture and "not finite" in picture
    assert ("?</text>" in picture) == (options.get("level") is None)
    assert any("nan" in css.split() for css in re.findall('class="([^"]*)', picture))


def same(a, b):
    """Return whether two texts are equal; used in asserts to avoid printing long differences."""
    return a == b


def greens(text):
    return re.findall(r'class="weight (s\d) (?:pos|neg)"', text)


def test_the_scale_changes_slowly_and_greens_do_not_flicker():
    net = brickwork.Sequential([Dense(5, input_dim=5)])
    kernel = np.linspace(-1, 1, 25).reshape(5, 5)
    net.set_weights([kernel, np.zeros(5)])
    live = Live(net)
    first = greens(live.svg())
    random = np.random.default_rng(0)
    for _ in range(20):  # noise does not change greens
        net.set_weights([kernel * random.uniform(0.98, 1.02, (5, 5)), np.zeros(5)])
        assert greens(live.svg(since=0.05)) == first
    net.set_weights([kernel * 3, np.zeros(5)])
    assert sum(map(int, "".join(greens(live.svg(since=0.05))).replace("s", ""))) > 60
    for _ in range(200):
        text = live.svg(since=0.05)
    assert sum(a == b for a, b in zip(greens(text), first, strict=True)) > 20
    assert greens(live.svg()) == greens(net.draw().svg())


def test_names_are_not_mistaken_for_slots():
    name = 'epoch 888,888/888,888 · loss 8.8888e-88 data-value="1" <g class="weight">'
    net = brickwork.Sequential([Dense(2, input_dim=2, name=name)])
    text = Live(changed(net)).svg("here")
    assert same(inside(text, "<text"), inside(net.draw().svg(), "</svg>"))
    assert ">here<" in text


def test_a_name_like_a_class_is_unchanged():
    net = changed(brickwork.Sequential([Dense(2, input_dim=2, name="layer s4 pos")]))
    live = Live(net, bias=True)
    assert same(inside(live.svg(), "<text"), inside(net.draw(bias=True).svg(), "</svg>"))
    assert 'data-layer="layer s4 pos" data-unit="0" data-value=' in live.svg()


def test_the_film_has_a_curve_of_the_loss():
    live = Live(changed(model(3, 1)))
    assert 'class="curve"' not in live.svg("", None, 3.0)  # one point is no line
    for k in range(1000):
        text = live.svg("", 0.05, 2.0 - k / 1000 if k % 3 else float("nan"))
    (line,) = re.findall(r'<path class="curve"[^>]* d="M([^"]*)"/>', text)
    assert 20 < line.count(" ") < 2 * 130
    numbers = [float(v) for v in re.split("[ L]", line)]
    xs, ys = numbers[::2], numbers[1::2]
    assert xs == sorted(xs) and ys == sorted(ys)  # y is down
    assert xs[-1] - xs[0] == pytest.approx(220, abs=0.2)
    left, top, width, height = map(float, re.search('viewBox="([^"]*)"', text)[1].split())
    assert left <= min(xs) and max(xs) <= left + width
    assert top <= min(ys) and max(ys) <= top + height


def test_a_closed_brick_shows_where_its_weights_are_strong():
    net = model(40, 5)
    kernel = np.ones((40, 5))
    kernel[3] = 5
    net.set_weights([kernel, np.zeros(5)])
    live = Live(net, level="bricks")

    def bands(text):
        return {
            int(row): css
            for css, row in re.findall(r'class="band (\S+)"[^>]* data-row="(\d+)"', text)
        }

    found = bands(live.svg())
    assert len(found) == 6 + 16 + 2 and found[3] == "s4" and len(set(found.values())) == 2
    kernel[3], kernel[39] = 1, 5
    net.set_weights([kernel, np.zeros(5)])
    after = bands(live.svg())
    assert after[39] == "s4" != after[3] and after == bands(net.draw("bricks").svg())
    assert not bands(net.draw("bricks", weights=False).svg())
