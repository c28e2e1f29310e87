"""LDraw text: viewers read the same parts that the building has."""

import csv
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from chains import chain

from brickwork.pictures import ldraw
from brickwork.pictures.building import building
from brickwork.pictures.real_parts import COLOURS, PARTS

BUILDINGS = [
    building(chain(3, 1)),
    building(chain(4, 8, 6, 1)),
    building(chain(1, 16, 3)),
    building(chain(4, 3, 2, activations=["softmax", "softmax"])),
]
WILD = "x\r\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n0 FILE y\u2028\u0085\x0b\x00\ud800 \uac00 <&>\"'"
LIBRARY = Path(os.environ.get("LDRAWDIR", "/usr/share/ldraw"))

needs_leocad = pytest.mark.skipif(
    not (shutil.which("leocad") and shutil.which("xvfb-run") and (LIBRARY / "parts").is_dir()),
    reason="leocad, xvfb-run and LDraw's parts are not installed "
    "(Debian: leocad ldraw-parts-free xvfb)",
)


def models(text):
    """Return the lines of each model in a file, the main one first; a flat file has one."""
    if "0 FILE " not in text:
        return {"main": text.splitlines()}
    found = re.findall(r"^0 FILE (\S+)\n(.*?)^0 NOFILE$", text, re.M | re.S)
    return {name: body.splitlines() for name, body in found}


def placed(text):
    """Count the parts by ``(file, colour, centre, direction of the length)``."""
    inside = models(text)

    def walk(name, corner):
        for line in inside[name]:
            if line.startswith("1 "):
                _, colour, x, y, z, *turn, file = line.split()
                at = np.array([int(x), int(y), int(z)]) + corner
                matrix = np.array([int(t) for t in turn]).reshape(3, 3)
                assert round(np.linalg.det(matrix)) == 1
                if file in inside:
                    assert (matrix == np.eye(3)).all()
                    yield from walk(file, at)
                else:
                    yield file, int(colour), tuple(at.tolist()), tuple(abs(matrix[:, 0]).tolist())

    return Counter(walk(next(iter(inside)), np.zeros(3, int)))


@pytest.mark.parametrize("house", BUILDINGS)
@pytest.mark.parametrize("multi", [True, False])
def test_every_part_is_where_the_building_has_it(house, multi):
    by_file = {f"{p.ldraw}.dat": p for p in PARTS}
    expected = Counter()
    for p in house.parts:
        long, wide = (p.part.width, p.part.length) if p.turned else (p.part.length, p.part.width)
        middle = (20 * p.x + 10 * long, -8 * (p.y + p.part.height), 20 * p.z + 10 * wide)
        expected[
            f"{p.part.ldraw}.dat", p.colour.ldraw, middle, (0, 0, 1) if p.turned else (1, 0, 0)
        ] += 1
    seen = placed(ldraw.text(house, multi))
    assert seen == expected
    assert {file for file, *_ in seen} <= set(by_file)


@pytest.mark.parametrize("house", BUILDINGS)
def test_a_layer_is_a_model_that_begins_at_its_own_corner(house):
    inside = models(ldraw.text(house))
    assert list(inside) == ["model.ldr", *(f"layer-{i + 1}.ldr" for i in range(len(house.floors)))]
    for name, lines in list(inside.items())[1:]:
        bottom = max(int(line.split()[3]) for line in lines if line.startswith("1 "))
        assert bottom == -8, name  # the first course of plates is on the table


@pytest.mark.parametrize("house", BUILDINGS)
def test_steps(house):
    flat = ldraw.text(house, multi=False).splitlines()
    assert flat.count("0 STEP") == len(house.steps)
    inside = models(ldraw.text(house))
    own = [lines.count("0 STEP") for lines in inside.values()]
    assert own[0] == len(house.floors) + bool(house.of("base"))
    assert sum(own) == len(house.steps) + len(house.floors)
    for lines in [flat, *inside.values()]:
        assert lines[-1] == "0 STEP"  # no part is outside a step
        assert not any(a == b == "0 STEP" for a, b in pairwise(lines))


@pytest.mark.parametrize("multi", [True, False])
def test_every_line_is_a_known_one(multi):
    colours = "|".join(str(c.ldraw) for c in COLOURS)
    known = re.compile(
        rf"1 ({colours})( -?\d+){{3}}( -?[01]){{9}} (\w+\.dat|layer-\d+\.ldr)"
        r"|0 (STEP|NOFILE|FILE [\w-]+\.ldr|// .*|Name: [\w-]+\.ldr"
        r"|Author: brickwork|brickwork (model|layer \d+))"
    )
    for house in BUILDINGS:
        for line in ldraw.text(house, multi).splitlines():
            assert known.fullmatch(line), line


@pytest.mark.parametrize("multi", [True, False])
def test_no_name_breaks_out(multi):
    plain = chain(3, 2, 1)
    bricks = tuple(replace(b, name=WILD, activation=WILD) for b in plain.bricks)
    wild = building(replace(plain, name=WILD, bricks=bricks))
    text = ldraw.text(wild, multi)
    assert text.encode("utf-8").decode() == text
    skeleton = [line for line in text.splitlines() if not line.startswith("0 //")]
    assert skeleton == [
        line
        for line in ldraw.text(building(plain), multi).splitlines()
        if not line.startswith("0 //")
    ]
    assert len(wild.text().splitlines()) == len(building(plain).text().splitlines())


def test_same_model_same_bytes():
    one, two = (building(chain(4, 8, 6, 1)) for _ in range(2))
    assert ldraw.text(one) == ldraw.text(two) and ldraw.text(one, False) == ldraw.text(two, False)


@needs_leocad
def test_the_library_has_every_part():
    for part in PARTS:
        title = (LIBRARY / "parts" / f"{part.ldraw}.dat").read_text(errors="replace").split("\n")[0]
        assert "Moved" not in title
        kind = re.search(r"Brick|Plate|Tile|Baseplate", title)[0].lower()
        assert kind in part.name, title
        long, wide = sorted(map(int, re.search(r"(\d+) +x +(\d+)", title).groups()))
        assert (part.width, part.length) == (long, wide), title


def leocad(*arguments):
    subprocess.run(
        [
            "xvfb-run",
            "-a",
            "-s",
            "-screen 0 1280x1024x24",
            "leocad",
            "-l",
            LIBRARY,
            *map(str, arguments),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


@needs_leocad
@pytest.mark.parametrize("multi", [True, False])
@pytest.mark.parametrize("house", BUILDINGS)
def test_leocad_counts_the_same_parts(house, multi, tmp_path):
    model, table = tmp_path / "model.mpd", tmp_path / "parts.csv"
    model.write_text(ldraw.text(house, multi), encoding="utf-8")
    leocad("-csv", table, model)
    seen = {
        (row["Part ID"], int(row["Color Code"])): int(row["Quantity"])
        for row in csv.DictReader(table.read_text().splitlines())
    }
    assert seen == {
        (f"{part.ldraw}.dat", colour.ldraw): pieces
        for (part, colour), pieces in house.count().items()
    }


@needs_leocad
def test_leocad_renders_it(tmp_path):
    model, empty = tmp_path / "model.mpd", tmp_path / "empty.ldr"
    model.write_text(ldraw.text(BUILDINGS[0]), encoding="utf-8")
    empty.write_text("0 nothing\n")
    for file, name in [(model, "all.png"), (empty, "none.png")]:
        leocad("-i", tmp_path / name, "-w", 300, "-h", 240, "--viewpoint", "home", file)
    everything = (tmp_path / "all.png").read_bytes()
    assert everything.startswith(b"\x89PNG")
    assert len(everything) > 3 * len((tmp_path / "none.png").read_bytes())


@needs_leocad
@pytest.mark.parametrize("options, steps", [(["-s", "layer-1.ldr"], 9), ([], 3)])
def test_leocad_sees_every_step(options, steps, tmp_path):
    model = tmp_path / "model.mpd"
    model.write_text(ldraw.text(building(chain(4, 8, 2, 1))), encoding="utf-8")
    leocad(
        "-i",
        tmp_path / "step.png",
        "-w",
        300,
        "-h",
        240,
        *options,
        "-f",
        1,
        "-t",
        steps + 1,
        "--no-fade-steps",
        model,
    )
    shown = [(tmp_path / f"step{i:02}.png").read_bytes() for i in range(1, steps + 2)]
    assert len(set(shown)) == steps
    assert shown[-1] == shown[-2]  # nothing after the last step
