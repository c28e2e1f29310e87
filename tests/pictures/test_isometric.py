"""The isometric view: it equals the building, and weak weights look green."""

import colorsys
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from chains import chain
from drawing import of_class, parsed

from brickwork.pictures.building import building
from brickwork.pictures.palette import FACES, GREENS, shaded
from brickwork.pictures.picture import draw
from brickwork.pictures.shapes import Ellipse, Line


@pytest.mark.parametrize("green", GREENS)
@pytest.mark.parametrize("face", FACES)
def test_shaded_weights_look_green(green, face):
    """Shaded faces have the same hue as the top, are darker and more saturated."""
    (h, s, v), (top_h, top_s, top_v) = (
        colorsys.rgb_to_hsv(*(int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)))
        for c in (shaded(green, FACES[face]), green)
    )
    assert s >= max(0.2, top_s) and v < top_v and abs(h - top_h) < 0.03


def test_faces_have_the_shades_of_their_brick():
    text = draw(chain(2, 1), view="isometric").svg()
    assert "fill-opacity:.18" not in text
    for step in range(5):
        for face, light in FACES.items():
            assert f".brickwork .s{step} .{face}{{fill:{shaded(GREENS[step], light)}}}" in text


def test_negative_weights_are_round_as_in_the_building():
    network = chain(3, 4)
    scene = draw(network, view="isometric").scene
    weights = [p for p in scene.walk() if getattr(p, "css", "").startswith("weight")]
    round_ones = [
        p for p in weights if any(isinstance(s, Line) and s.css == "right shade" for s in p.parts)
    ]
    assert len(weights) == 12
    assert {(p.data["row"], p.data["unit"]) for p in round_ones} == {
        (i, j) for i, j in np.argwhere(network.bricks[0].kernel < 0)
    }
    for p in weights:  # its negative form would be round
        assert (p.negative is None) == (p in round_ones)


@pytest.mark.parametrize("sizes", [(3, 1), (4, 8, 6, 1), (2, 5, 3)])
def test_studs_are_where_the_building_has_them(sizes):
    """Studs are on the axons between the weights, and at each neuron's output."""
    scene = draw(chain(*sizes), view="isometric").scene
    studs = Counter()
    for piece in scene.walk():
        kind = getattr(piece, "css", "")
        if kind in ("signal", "activation"):
            studs[kind] += sum(isinstance(s, Ellipse) for s in piece.parts)
    pairs = list(pairwise(sizes))
    assert studs == {"signal": sum(n * u for n, u in pairs), "activation": sum(sizes[1:])}


def test_it_has_the_size_of_the_building():
    for sizes in ((3, 1), (4, 8, 6, 1), (9, 2)):
        network = chain(*sizes)
        cover = draw(network, view="isometric", size=2000).scene  # at the largest pitch
        left, top, right, bottom = building(network).picture().scene.bounds()
        bricks = [p.bounds() for p in cover.parts if getattr(p, "css", "") == "layer"]
        wide = max(b[2] for b in bricks) - min(b[0] for b in bricks)
        high = max(b[3] for b in bricks) - min(b[1] for b in bricks)
        scale = 26 / 20
        assert wide == pytest.approx((right - left - 32) * scale, abs=0.2)
        assert high == pytest.approx((bottom - top - 32) * scale, abs=0.2)


def test_a_building_is_displayed():
    house = building(chain(4, 8, 6, 1))
    assert repr(house) == (
        "<Building: model: 359 pieces, 86 of them weights, 9.6 x 12.8 x 9.3 cm, 31 steps>"
    )
    assert len(str(house)) < 1500 and str(house).startswith(house.summary())
    root = parsed(house.picture())
    assert len(of_class(root, "weight")) == 86 and len(of_class(root, "multiply")) == 86
    assert root.find("{http://www.w3.org/2000/svg}title").text == house.summary()
    assert house._repr_svg_() == house.picture().svg() and str(house.picture()) == house.summary()


def test_a_building_is_saved_in_the_format_of_the_extension(tmp_path):
    from brickwork.errors import ArgumentError

    house = building(chain(3, 2), labels="ko")
    begins = {
        ".html": "<!DOCTYPE html>",
        ".mpd": "0 FILE",
        ".ldr": "0 brickwork",
        ".xml": "<INVENTORY>",
        ".txt": "model: 블록",
        ".svg": "<svg",
    }
    for ending, text in begins.items():
        house.save(tmp_path / f"a{ending}")
        assert (tmp_path / f"a{ending}").read_text("utf-8").startswith(text)
    with pytest.raises(ArgumentError, match="print it to a PDF there"):
        house.save("a.pdf")
    with pytest.raises(ArgumentError, match=r"expected a name that ends in \.svg"):
        house.save("a.gif")


def test_a_picture_s_building_has_its_language_and_its_weights(tmp_path):
    network = chain(3, 2)
    draw(network, labels="ko", weights=False).save(tmp_path / "a.txt")
    plain = draw(network, labels="ko", weights=False).building()
    assert plain.labels == "ko"
    assert {p.part.name for p in plain.of("weight")} == {"brick 1 x 1"}
    assert {p.part.name for p in draw(network).building().of("weight")} == {
        "brick 1 x 1",
        "round brick 1 x 1",
    }
