"""SVG: escaped names, reproducible bytes, themes, text for screen readers, sizes."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from drawing import SVG, chains, dense, graphs, of_class, parsed
from hypothesis import given, settings

from brickwork import Sequential, pictures
from brickwork.layers import Dense
from brickwork.pictures import draw
from brickwork.pictures.network import Brick, Network
from brickwork.pictures.palette import DARK, DARK_INK, LIGHT, RULES, sheet
from brickwork.pictures.svg import svg
from brickwork.pictures.text import clean

KNOWN = {"svg", "title", "desc", "style", "rect", "g", "path", "text", "ellipse"}


@settings(max_examples=80, deadline=None)
@given(chains(9) | graphs(6))
def test_names_are_escaped(network):
    text = draw(network).svg()
    assert text.isascii()
    root = ET.fromstring(text)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= KNOWN
    attributes = {key for e in root.iter() for key in e.attrib}
    assert not [key for key in attributes if key.startswith("on") or "href" in key]
    found = {e.get("data-layer") for e in of_class(root, "layer")}
    assert found == {clean(b.name) for b in network.bricks}


def test_texts_for_screen_readers(lesson):
    root = parsed(draw(lesson))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "lesson as bricks: 4 inputs, 1 output, 86 synapses"
    described = root.find(f"{SVG}desc").text
    assert "3 layers" in described and "4 × 8 = 32 synapses" in described
    korean = parsed(draw(lesson, labels="ko"))
    assert "시냅스 86개" in korean.find(f"{SVG}title").text


def test_same_model_same_bytes(lesson):
    assert draw(lesson).svg() == draw(lesson).svg()
    copy = Sequential(
        [
            Dense(8, input_dim=4, activation="relu", name="first"),
            Dense(6, activation="relu", name="second"),
            Dense(1, activation="sigmoid", name="answer"),
        ],
        name="lesson",
    )
    copy.set_weights(lesson.get_weights())
    assert draw(copy).svg() == draw(lesson).svg()


def test_a_picture_does_not_change_later(lesson):
    picture = draw(lesson)
    before = picture.svg()
    lesson.set_weights([w + 1 for w in lesson.get_weights()])
    assert picture.svg() == before != draw(lesson).svg()


def test_themes():
    auto = draw(Dense(1, input_dim=2)).svg()
    assert 'class="brickwork auto"' in auto and "prefers-color-scheme:dark" in auto
    assert 'class="brickwork dark"' in draw(Dense(1, input_dim=2), theme="dark").svg()
    # Programs without CSS variables ignore the whole sheet and use the attributes.
    assert sheet().startswith("@supports (fill:var(--ink)){") and sheet().endswith("}}")
    assert f'fill="{LIGHT["ink"]}"' in auto
    assert f'fill="{DARK["ink"]}"' in draw(Dense(1, input_dim=2), theme="dark").svg()


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_without_the_style_sheet_the_picture_is_the_same(lesson, colours):
    """resvg, which reads style sheets, draws the same with the rules and with attributes only."""
    resvg = pytest.importorskip("resvg_py", reason="resvg-py is not installed")
    theme, known = "dark" if colours is DARK else "light", {**colours, "dark": DARK_INK}
    rules = "".join(
        f".brickwork {selector}{{{re.sub(r'[$]([a-z0-9-]+)', lambda m: known[m[1]], body)}}}"
        for selector, body in RULES.items()
    )
    for picture in (
        draw(lesson),
        draw(lesson, "lines", bias=True),
        draw(lesson, "bricks"),
        draw(lesson, view="isometric"),
        pictures.beside_boxes(lesson),
        pictures.misfit(Dense(4, input_dim=2), Dense(2, input_dim=3)),
    ):
        bare = svg(picture.scene, theme, styled=False)
        unpainted = re.sub(r' (?:fill|stroke)[a-z-]*="[^"]*"', "", bare)
        ruled = unpainted.replace("<desc>", f"<style>{rules}</style><desc>", 1)
        painted, styled = (bytes(resvg.svg_to_bytes(svg_string=t)) for t in (bare, ruled))
        assert painted == styled != bytes(resvg.svg_to_bytes(svg_string=unpainted))


def test_every_drawn_class_has_a_colour(lesson):
    text = (
        draw(lesson).svg()
        + draw(lesson, "lines", bias=True).svg()
        + pictures.misfit(Dense(4, input_dim=2), Dense(2, input_dim=3)).svg()
    )
    classes = {
        c for e in ET.fromstring(f"<all>{text}</all>").iter() for c in e.get("class", "").split()
    }
    # Classes for counting, without a colour.
    free = {"layer", "more", "pos", "auto", "legend"}
    assert not [c for c in classes - free if f".{c}" not in sheet()]


def test_the_width_can_be_set():
    root = parsed(draw(Dense(1, input_dim=2), size=640))
    assert root.get("width") == "640"
    _, _, width, height = map(float, root.get("viewBox").split())
    assert abs(float(root.get("height")) - 640 * height / width) < 0.5


def test_large_pictures_are_small_files():
    wide = Network("wide", (dense("a", 1024, 4096, ()), dense("b", 4096, 10, (0,))))
    assert len(draw(wide).svg()) < 1_000_000
    lines = Network("lines", (Brick("a", "Dense", 64, 64, True, np.ones((64, 64))),))
    assert len(draw(lines, "lines").svg()) < 1_000_000
    deep = Network("deep", tuple(dense(f"d{k}", 8, 8, (k - 1,) if k else ()) for k in range(10)))
    assert len(draw(deep).svg()) < 1_000_000


def test_weights_that_are_not_finite_are_drawn():
    kernel = np.array([[np.nan, np.inf], [-np.inf, 1.0]])
    network = Network("d", (Brick("d", "Dense", 2, 2, True, kernel),))
    for level in ("synapses", "lines"):
        assert len(of_class(parsed(draw(network, level)), "weight")) == 4
    assert "nan" in svg(draw(network).scene)
