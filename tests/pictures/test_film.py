"""Each picture of a film equals the picture drawn at that time."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from browser import needs_browser, script_output

import brickwork
from brickwork.callbacks import Bricks
from brickwork.layers import Dense
from brickwork.pictures import film as films
from brickwork.pictures.film_svg import slots
from brickwork.pictures.words import Words

X = np.random.default_rng(0).normal(size=(64, 4))
Y = (X[:, 0] > 0).astype(float)


def trained_film(epochs=30, sizes=(3,), seconds=2, **options):
    """Return a film whose weights change so much that their signs change."""
    np.random.seed(3)
    net = brickwork.Sequential(
        [
            Dense(sizes[0], input_dim=4, activation="tanh"),
            *(Dense(u, activation="tanh") for u in sizes[1:]),
            Dense(1),
        ]
    )
    net.compile(brickwork.optimizers.Adam(0.2), "mse")
    bricks = Bricks(seconds=seconds, **options)
    net.fit(X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=bricks)
    return bricks


@pytest.fixture(scope="module")
def bricks():
    return trained_film()


def looks(text):
    """Return the class of each brick with a value, in order."""
    return re.findall(r'<(?:g|path) class="((?:weight|bias|band)[^"]*)"[^>]*data-value', text)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"level": "lines"},
        {"level": "bricks"},
        {"bias": True},
        {"view": "isometric"},
        {"labels": "ko", "theme": "dark"},
    ],
)
def test_each_brick_has_its_class_at_each_picture(options):
    film = trained_film(**options).film
    frames = film.frames()
    assert len(frames) == 2 * 20 + 1
    found = slots(film.live, frames)
    for k, shot in enumerate(frames):
        assert [slot.classes[k] for slot in found] == looks(film.live.filled(shot.look, ""))
    if options.get("level") != "bricks":
        turned = [slot for slot in found if len({css[-3:] for css in slot.classes}) > 1]
        assert turned and all("as-neg" in slot.drawings or slot.tag == "path" for slot in turned)


def test_nan_weights_are_in_the_film():
    bricks = trained_film(sizes=(2,))
    film = bricks.film
    film.shots[5].look.values[3] = np.nan
    film.shots[5].look.greens[3] = -1
    frames = film.shots
    (slot,) = slots(film.live, frames)[3:4]
    assert slot.classes[5] == "weight nan" and slot.classes[4] != "weight nan"
    assert '<g class="as-nan">' in slot.drawings and ">?</text>" in slot.drawings
    film.rendered(".svg"), film.rendered(".html")


def test_the_animated_svg(bricks, tmp_path):
    bricks.save(tmp_path / "film.svg")
    text = (tmp_path / "film.svg").read_text()
    root = ET.fromstring(text)  # well formed
    assert text.count("epoch 30/30") == 2  # animated, and for reduced motion
    frames = bricks.film.frames()
    ns = "{http://www.w3.org/2000/svg}"
    animated = root.findall(f".//{ns}animate[@attributeName='class']")
    assert len(animated) > 8
    for element in animated:
        values, times = element.get("values").split(";"), element.get("keyTimes").split(";")
        times = list(map(float, times))
        assert len(values) == len(times) and times[0] == 0 and times == sorted(times)
        assert element.get("dur") == "4s" and times[-1] <= 0.5
    last = looks(bricks.film.live.filled(frames[-1].look, ""))
    moving = [e for e in root.iter() if e.get("data-value") is not None]
    assert [e.get("class") for e in moving] == last  # visible with reduced motion
    assert "prefers-reduced-motion:reduce" in text and "<script" not in text


def test_the_page_contains_every_picture(bricks, tmp_path):
    bricks.save(tmp_path / "film.html")
    text = (tmp_path / "film.html").read_text()
    assert not re.search(r"(?:src|href)=|https?://(?!www\.w3\.org/)", text)  # it is self-contained
    assert "{{" not in text and len(text) < 100_000
    data = json.loads(re.search(r'id="film">(.*?)</script>', text)[1])
    frames = bricks.film.frames()
    assert data["epochs"] == [shot.epoch for shot in frames] and data["of"] == 30
    assert data["logs"]["loss"][-1] == float(f"{frames[-1].loss:.4g}")
    values = np.cumsum(np.array(data["values"]), axis=1) / data["scale"]
    expected = np.stack([shot.look.values for shot in frames]).T
    assert np.abs(values - expected).max() <= 0.51 / data["scale"]


@needs_browser
def test_the_page_in_a_browser(bricks, tmp_path):
    film = bricks.film
    frames, page = film.frames(), film.rendered(".html")
    script = """
const all = css => [...document.querySelectorAll(css)];
const classes = () => all("main [data-value]").map(e => e.className.baseVal);
const key = name => document.body.dispatchEvent(
  new KeyboardEvent("keydown", {key: name, bubbles: true}));
const seen = e => e.getClientRects().length > 0;
tell(playing);
set(false);
for (const k of [0, 17, last, 3]) {
  go(k);
  tell(JSON.stringify([k, classes(), said.textContent, +place.value]));
}
tell(document.querySelector("main .weight title").textContent);
for (const name of ["End", "Home", "ArrowRight", "ArrowLeft"]) { key(name); tell(at); }
place.value = 9; place.dispatchEvent(new Event("input")); tell(at);
key(" "); tell(playing); key(" "); tell(playing);
for (const k of [0, 17, last]) {
  go(k);
  tell(all("main [class^=as-]").every(form =>
    seen(form) === form.parentNode.classList.contains(form.getAttribute("class").slice(3))));
}
"""
    lines = script_output(tmp_path, page, script).splitlines()
    assert lines[0] == "true"
    for line in lines[1:5]:
        k, css, said, place = json.loads(line)
        assert css == looks(film.live.filled(frames[k].look, "")) and place == k
        assert f"epoch {frames[k].epoch}/30" in said
    value = brickwork.pictures.scene.parts.number(frames[3].look.values[0])
    title = re.fullmatch(r"input 0 to neuron 0: weight (\S+)", lines[5])
    assert float(title[1]) == pytest.approx(value, abs=2e-3)
    assert lines[6:] == ["40", "0", "1", "0", "9", "true", "false", "true", "true", "true"]
    still = script_output(tmp_path, page, "tell(playing)", 1, "--force-prefers-reduced-motion")
    assert still.strip() == "false"


@needs_browser
def test_the_animated_svg_in_a_browser(bricks, tmp_path):
    film = bricks.film
    frames = film.frames()
    script = """
const svg = document.querySelector("svg");
svg.pauseAnimations();
const now = () => [...svg.querySelectorAll("[data-value]")].map(e => e.className.animVal);
const times = [0.01, 0.76, 1.51, 1.99, 3];
(function next() {
  const t = times.shift();
  svg.setCurrentTime(t);
  setTimeout(() => { tell(JSON.stringify([t, now()])); times.length ? next() : end(); }, 100);
})();
const end = () => tell(svg.querySelectorAll(".moves").length + " " +
  [...svg.querySelectorAll(".stays")].every(e => e.getClientRects().length === 0));
"""
    page = f"<!doctype html><html><body>{film.rendered('.svg')}</body></html>"
    *lines, hidden = script_output(tmp_path, page, script, 4).splitlines()
    for line in lines:
        t, css = json.loads(line)
        shot = frames[min(int(t * 20), len(frames) - 1)]
        assert css == looks(film.live.filled(shot.look, ""))
    assert len(lines) == 5 and hidden.endswith(" true") and int(hidden.split()[0]) > 8
    quiet = script_output(
        tmp_path,
        page,
        """
tell([...document.querySelectorAll(".moves")].every(e => e.getClientRects().length === 0));
tell([...document.querySelectorAll(".stays")].every(e => e.getClientRects().length > 0));
""",
        1,
        "--force-prefers-reduced-motion",
    )
    assert quiet.split() == ["true", "true"]


def test_a_gif(bricks, tmp_path):
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("resvg_py")
    short = trained_film(epochs=6, sizes=(2,), seconds=1, theme="dark")
    short.save(tmp_path / "film.gif")
    with image.open(tmp_path / "film.gif") as gif:
        assert 4 < gif.n_frames <= 11 and gif.info["loop"] == 0
        first = gif.convert("RGB")
        assert first.getpixel((1, 1))[2] < 60  # dark paper
        whole = 0
        for k in range(gif.n_frames):
            gif.seek(k)
            whole += gif.info["duration"]
        assert whole == pytest.approx(1000 + 2000, abs=110)
        assert gif.convert("RGB").tobytes() != first.tobytes()


@pytest.mark.filterwarnings("ignore:os.fork")  # from JAX, if another test has imported it
def test_an_mp4(tmp_path):
    pytest.importorskip("resvg_py")
    reader = pytest.importorskip("imageio_ffmpeg")
    short = trained_film(epochs=6, sizes=(2,), seconds=0.5)
    short.save(tmp_path / "film.mp4")
    frames, seconds = reader.count_frames_and_secs(str(tmp_path / "film.mp4"))
    assert frames == 11 + 40 and seconds == pytest.approx(2.55, abs=0.1)


def test_missing_packages_are_reported_before_training(monkeypatch):
    monkeypatch.setattr(films.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'brickwork\[film\]'"):
        Bricks("film.gif")
    with pytest.raises(ImportError, match=r"pip install 'brickwork\[video\]'"):
        Bricks("film.mp4")
    Bricks("film.html")


def shot(k, values=3):
    return films.Look(np.full(values, k, float), np.zeros(values, int))


def test_a_long_film_is_thinned_and_ends_with_the_last_picture():
    film = films.Film(None, 20, {}, Words())
    for k in range(100_000):
        film.add(k / 20, shot(k), k, {"loss": 1.0})
    film.end(None, None)
    assert 600 < len(film.shots) <= films.MOST_SHOTS + 1 and film.shots[-1].epoch == 99_999
    frames = film.frames()
    assert len(frames) == 10 * 20 + 1 and frames[-1].epoch == 99_999
    assert frames[20].epoch == pytest.approx(1000, abs=260)  # more pictures of the beginning


def test_a_film_without_seconds_takes_as_long_as_the_training():
    film = films.Film(None, 10, {}, Words())
    for k in range(51):
        film.add(k / 10, shot(k), k, {})
    film.end(None, None)
    assert [s.epoch for s in film.frames()] == list(range(51))
    assert film.losses(film.frames()) == [0.0] * 51


def test_composed_pictures_equal_drawn_ones():
    pytest.importorskip("PIL")
    pytest.importorskip("resvg_py")
    from brickwork.pictures.film_video import _Camera

    film = trained_film(epochs=20, seconds=0.3).film
    camera = _Camera(film, film.frames())
    places = list(range(len(camera.frames)))
    assert camera._separate()
    for composed, drawn in zip(camera._composed(places), camera._drawn(places), strict=True):
        off = np.abs(np.asarray(composed, int) - np.asarray(drawn, int)).max(-1)
        assert np.count_nonzero(off > 60) < 1e-4 * off.size  # edges that two bricks share
    film = trained_film(epochs=3, seconds=0.1, view="isometric").film
    assert not _Camera(film, film.frames())._separate()
