"""The booklet of a building: every piece is added once, counted, drawn, and fits on its page."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from chains import chain
from drawing import overlap
from hypothesis import given, settings
from test_building import networks

from brickwork.errors import ArgumentError
from brickwork.pictures import booklet_steps, parts_drawn
from brickwork.pictures.booklet import html
from brickwork.pictures.building import building
from brickwork.pictures.pieces import PLATE
from brickwork.pictures.real_parts import farthest_first
from brickwork.pictures.scene.solid import project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MODELS = {
    "lesson": chain(4, 8, 6, 1),
    "neuron": chain(3, 1),
    "softmax": chain(4, 3, 2, activations=["softmax", "softmax"]),
    "baseplate": chain(1, 13, 2),
    "wide": chain(40, 3),
    "tall": chain(*[2] * 8),
    "named": chain(2, 2, name="<b>&amp; " + "W" * 90),
}


def parsed(text):
    return ET.fromstring(text.replace("<!DOCTYPE html>", ""))


def of_class(root, css):
    return [e for e in root.iter() if css in e.get("class", "").split()]


@settings(max_examples=30, deadline=None)
@given(networks())
def test_each_piece_is_added_once_and_counted(network):
    house = building(network)
    all_steps = booklet_steps.steps(house, "put {name}")
    added = [p for step in all_steps if not step.lift for p in step.new]
    assert sorted(map(id, added)) == sorted(map(id, house.parts))
    assert [step.number for step in all_steps] == list(range(1, len(all_steps) + 1))
    assert f", {len(all_steps)} steps" in house.summary()
    assert sum(step.lift for step in all_steps) == len(house.floors) - 1
    assert house.pieces == sum(
        n for step in all_steps if not step.lift for _, n in step.part_counts()
    )
    for step in all_steps:  # earlier steps are numbered lower, and are drawn
        earlier, pending = set(), list(step.earlier)
        while pending:
            number = pending.pop()
            assert number < step.number
            earlier.add(number)
            pending += all_steps[number - 1].earlier
        layers = {all_steps[number - 1].layer for number in earlier}
        assert layers == (
            set(range(step.layer)) if step.lift else {step.layer} if earlier else set()
        )


@pytest.mark.parametrize(
    "sizes, activations",
    [
        ((4, 3), ["softmax"]),
        ((3, 4, 2), None),
        ((1, 5, 3), None),
        ((10, 2, 1), None),
        ((2, 3, 4), ["softmax", "relu"]),
    ],
)
def test_nearer_parts_are_drawn_later(sizes, activations):
    """In a drawing of all parts, and with earlier parts drawn before new ones."""
    house = building(chain(*sizes, activations=activations))
    whole = farthest_first(house.parts)
    all_steps = booklet_steps.steps(house, "{name}")
    stepped = [p for step in all_steps if not step.lift for p in farthest_first(step.new)]
    for order in (whole, stepped):
        for behind, front in combinations(order, 2):
            if overlap(_outline(behind), _outline(front)):
                assert not _is_behind(front, behind), (front, behind)


def _outline(p):
    (wide, deep), low = p.size, p.y * PLATE
    high = low + p.part.height * PLATE
    a, b, c, d = p.x + 0.02, p.z + 0.02, p.x + wide - 0.02, p.z + deep - 0.02
    return [
        project(at, 1.0)
        for at in ((a, b, high), (c, b, high), (c, b, low), (c, d, low), (a, d, low), (a, d, high))
    ]


def _is_behind(one, other):
    """Return whether a part is behind another along some axis, as seen by the viewer."""
    return (
        one.x + one.size[0] <= other.x
        or one.z + one.size[1] <= other.z
        or one.y + one.part.height <= other.y
    )


@pytest.mark.parametrize("labels", ["en", "ko"])
@pytest.mark.parametrize("name", MODELS)
def test_pages_steps_and_counts(name, labels):
    house = building(MODELS[name], labels=labels)
    root = parsed(html(house))
    pages = of_class(root, "page")
    numbers = ["".join(e.itertext()) for e in of_class(root, "number")]
    between = " / " if labels == "ko" else " of "
    assert numbers == [f"{k}{between}{len(pages)}" for k in range(1, len(pages) + 1)]
    steps = of_class(root, "step")
    assert [int(e.find("div/b").text) for e in steps] == list(range(1, len(steps) + 1))
    taken = [int(span.text.rstrip("×")) for e in of_class(root, "takes") for span in e]
    listed = [int(e.find("div/b").text.rstrip("×")) for e in of_class(root, "kind")]
    assert sum(taken) == sum(listed) == house.pieces
    known = {e.get("id") for e in root.iter() if e.get("id")}
    assert {e.get("href") for e in root.iter() if e.get("href")} <= {f"#{k}" for k in known}
    assert root.get("lang") == labels and not root.findall(".//script")
    assert all(svg.get("aria-label") or svg.get("aria-hidden") for svg in root.iter("svg"))


def test_korean_booklets_are_korean():
    root = parsed(html(building(chain(1, 13, 2), labels="ko")))
    text = " ".join(
        t for e in root.iter() if e.tag not in ("style", "title") for t in (e.text,) if t
    )
    words = set(re.findall("[A-Za-z]{3,}", text))
    assert words <= {"model", "dense", "relu", "sigmoid", "BrickLink"}


def test_weights_are_in_the_order_of_the_inputs():
    network = chain(3, 2)
    network.bricks[0].kernel[:] = [[1, -1], [-0.1, 0.5], [0.9, -0.6]]
    root = parsed(html(building(network)))
    rows = [
        [span.find("svg/use").get("href") for span in row.findall("span")]
        for row in of_class(root, "order")
    ]
    assert rows == [["#p3005", "#p3062b", "#p3005"], ["#p3062b", "#p3005", "#p3062b"]]


def test_too_many_weights_for_a_browser_are_refused():
    with pytest.raises(ArgumentError, match=r"1,056 weights, expected at most 1,024.*\.mpd"):
        html(building(chain(33, 32)))


def test_earlier_parts_are_pale():
    assert parts_drawn._pale("#000000") == "#B8B8B8" and parts_drawn._pale("#FFFFFF") == "#FFFFFF"
    root = parsed(html(building(chain(3, 1))))
    first, second, *_ = of_class(root, "shown")
    assert not len(of_class(first, "pale")[0]) and len(of_class(second, "pale")[0]) == 1


MEASURE = """<script>
const over = e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1;
const small = e => Math.min(e.clientWidth, e.clientHeight) < 90;
document.title = "pages " + document.querySelectorAll(".page").length + " over "
  + [...document.querySelectorAll(".page,.step,.kind")].filter(over).length + " small "
  + [...document.querySelectorAll(".shown,.whole")].filter(small).length + ".";
</script></body>"""


def chromium(tmp_path, *arguments):
    return subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'chromium'}",
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
@pytest.mark.parametrize(
    "name, labels", [("lesson", "ko"), ("baseplate", "en"), ("wide", "en"), ("named", "ko")]
)
def test_a_browser_prints_each_page_without_overflow(name, labels, tmp_path):
    text = html(building(MODELS[name], labels=labels))
    file = tmp_path / "booklet.html"
    file.write_text(text.replace("</body>", MEASURE), encoding="utf-8")
    dom = chromium(tmp_path, "--window-size=900,1200", "--dump-dom", file.as_uri())
    pages = text.count('<section class="page"')
    assert f"<title>pages {pages} over 0 small 0.</title>" in dom
    chromium(
        tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'b.pdf'}", file.as_uri()
    )
    data = (tmp_path / "b.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", data)) == pages
