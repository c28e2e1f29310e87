"""PNG: characters that no font has are reported, not omitted."""

import re
from importlib.util import find_spec

import pytest

from brickwork.layers import Dense
from brickwork.pictures import draw, png

pytest.importorskip("resvg_py", reason="resvg-py is not installed")


@pytest.fixture
def no_fonts(monkeypatch):
    """A system without fonts."""
    monkeypatch.setattr(png, "_font_options", {"skip_system_fonts": True})
    monkeypatch.setattr(png, "package_folders", tuple)  # no package with fonts


def picture(name="층", **options):
    return draw(Dense(2, input_dim=3, name=name), **options)


def test_letters_without_a_font_are_refused_with_advice(no_fonts, tmp_path):
    with pytest.raises(
        ImportError, match=r"PNG: no installed font has a 층 \(Latin, Hangul\)"
    ) as caught:
        picture().save(tmp_path / "a.png")
    for words in ("apt-get install fonts-nanum", r"pip install 'brickwork[korean]'", "SVG needs"):
        assert words in str(caught.value)
    assert not list(tmp_path.iterdir())
    with pytest.raises(ImportError, match="No font is installed"):
        picture("dense").png()
    assert picture().svg()


def test_symbols_without_a_font_cause_a_warning(monkeypatch):
    monkeypatch.setattr(
        png,
        "missing_letters",
        lambda letters, folders=(): [c for c in letters if c == "\N{GRINNING FACE}"],
    )
    words = "no installed font has \N{GRINNING FACE}: an empty box"
    with pytest.warns(UserWarning, match=words) as caught:
        assert picture("smile \N{GRINNING FACE}").png()
    assert caught[0].filename == __file__


def test_letters_to_look_for():
    letters = png._letters(picture("층 a\N{GRINNING FACE}\ue000", labels="ko").svg())
    assert {"a", "층", "시", "\N{GRINNING FACE}", "→", "×"} <= set(letters)
    assert not set(letters) & set("bcdXYZ0123 \ue000") and len(set(letters)) == len(letters)


def test_fonts_of_the_system_are_found():
    assert png.missing_letters("\U0010fffd") == ["\U0010fffd"]
    if png.missing_letters("a"):
        pytest.skip("a font is not installed (Debian: fonts-dejavu-core)")
    assert picture("dense").png().startswith(b"\x89PNG")


def test_the_package_s_korean_font_is_used(monkeypatch):
    if find_spec("koreanize_matplotlib") is None:
        pytest.skip("koreanize-matplotlib is not installed")
    monkeypatch.setattr(png, "_font_options", {"skip_system_fonts": True})
    folder, *_ = png._folders("a층")
    assert re.search("koreanize_matplotlib.fonts$", folder)
    assert png.missing_letters("a층", (folder,)) == [] and png.missing_letters("층") == ["층"]
