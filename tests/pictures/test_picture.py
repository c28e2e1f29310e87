"""`Picture`: displayed, printed and saved; the gallery is what the code draws."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import Activation, Dense, Dropout, Flatten
from brickwork.pictures import Picture, draw, misfit
from brickwork.pictures.network import Brick, Network
from brickwork.screen import coloured

ROOT = Path(__file__).resolve().parents[2]


def test_layers_and_models_draw_themselves(lesson):
    assert isinstance(lesson.draw(), Picture)
    assert lesson.draw("lines", labels="ko").svg() == draw(lesson, "lines", labels="ko").svg()
    assert lesson.layers[0].draw()._repr_svg_().startswith("<svg")


@pytest.mark.parametrize(
    "layer, words",
    [
        (Dropout(0.5, name="rest", input_shape=(6,)), "Dropout 0.5"),
        (Flatten(name="rest", input_shape=(2, 3)), "Flatten"),
        (Activation("tanh", name="rest", input_shape=(6,)), "tanh"),
    ],
)
def test_layers_without_synapses_show_their_class(layer, words):
    text = layer.draw().svg()
    assert f">{words}<" in text and "rest" in text


def test_save_by_extension(lesson, tmp_path):
    picture = lesson.draw()
    picture.save(tmp_path / "m.svg")
    assert (tmp_path / "m.svg").read_text() == picture.svg()
    picture.save(str(tmp_path / "m.PNG"))
    assert (tmp_path / "m.PNG").read_bytes().startswith(b"\x89PNG")
    picture.save(tmp_path / "m.txt")
    assert "6 × 1 = 6 synapses" in (tmp_path / "m.txt").read_text(encoding="utf-8")
    picture.save(tmp_path / "m.mpd")
    assert (tmp_path / "m.mpd").read_text(encoding="utf-8").count(" 3005.dat") > 0
    picture.save(tmp_path / "m.ldr")  # one model without submodels
    assert "0 FILE" in (tmp_path / "m.mpd").read_text(encoding="utf-8")
    assert "0 FILE" not in (tmp_path / "m.ldr").read_text(encoding="utf-8")
    picture.save(tmp_path / "m.xml")
    assert (tmp_path / "m.xml").read_text(encoding="utf-8").startswith("<INVENTORY>")
    with pytest.raises(ArgumentError, match=r"expected a name that ends in \.svg"):
        picture.save(tmp_path / "m.gif")
    with pytest.raises(ArgumentError, match="2 models"):
        misfit(Dense(4, input_dim=2), Dense(2, input_dim=3)).save(tmp_path / "m.mpd")


def test_formats_for_slides_and_print(lesson, tmp_path, monkeypatch):
    pytest.importorskip("typst")
    picture = lesson.draw(labels="ko")
    for ending, begins in {"pdf": b"%PDF", "jpg": b"\xff\xd8\xff", "webp": b"RIFF"}.items():
        picture.save(tmp_path / f"m.{ending}")
        assert (tmp_path / f"m.{ending}").read_bytes().startswith(begins)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ImportError, match=r"brickwork\[pictures\]"):
        picture.save(tmp_path / "m.pdf")


def test_png_has_the_size_and_the_background_of_its_theme(lesson):
    def header(data):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")

    picture = draw(lesson, size=500)
    assert header(picture.png(1.0))[0] == 500
    assert header(picture.png(3.0))[0] == 1500
    assert picture.png() != draw(lesson, size=500, theme="dark").png()


def test_png_without_its_package_says_what_to_install(lesson, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r"brickwork\[png\]"):
        lesson.draw().png()


def test_printed(lesson, monkeypatch):
    plain = lesson.draw().text()
    assert "\x1b" not in plain and "█" in plain
    assert "\x1b[" in lesson.draw().text(colour=True)
    assert "시냅스 32 + 48 + 6 = 86개" in lesson.draw(labels="ko").text()
    assert str(lesson.draw()) == plain  # stdout is not a terminal
    monkeypatch.setattr(sys, "stdout", type("Terminal", (), {"isatty": lambda self: True})())
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()


def test_printed_graphs_show_sources():
    network = Network(
        "g",
        (
            Brick("data", "InputLayer", 2, 2),
            Brick("a", "Dense", 2, 2, True, sources=(0,)),
            Brick("sum", "Add", 2, 2, sources=(0, 1)),
        ),
    )
    assert "sum · Add ← data, a" in draw(network).text()


def test_a_name_sends_no_command_to_a_terminal():
    assert "\x1b" not in Dense(1, input_dim=1, name="\x1b[2Jx").draw().text()


def test_the_gallery_is_what_the_code_draws():
    """If this fails, run `make pictures` and look at the changes."""
    gallery = runpy.run_path(str(ROOT / "tools" / "pictures.py"))
    drawn = gallery["pictures"]()
    folder = ROOT / "docs" / "pictures"
    # Not compared in an assert: pytest would compute differences of lines of half a megabyte.
    changed = [
        name for name, text in drawn.items() if (folder / name).read_text(encoding="utf-8") != text
    ]
    assert changed == []
    for name, page in (("pictures.md", "page"), ("pictures.ko.md", "korean_page")):
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == gallery[page]()
    there = {path.name for path in folder.glob("*.svg")}
    assert {name for name in there if not re.match("(lesson|sample)", name)} == drawn.keys()


def test_a_missing_folder_is_named(lesson, tmp_path):
    for ending in ("svg", "html", "txt"):
        with pytest.raises(FileNotFoundError, match=r"no such folder to write.*gone'"):
            lesson.draw().save(tmp_path / "gone" / f"m.{ending}")
    with pytest.raises(FileNotFoundError, match=r"no such folder to write.*gone'"):
        lesson.draw().building().save(tmp_path / "gone" / "m.mpd")
