"""``brickwork draw``: its files, and its errors for invalid arguments."""

import argparse
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from samples import python

import brickwork
from brickwork import cli, layers
from brickwork.commands.draw_arguments import add_draw

SCRIPT = """
import keras, pathlib, random
import numpy as np
x = np.loadtxt("numbers.txt").reshape(-1, 4)
model = keras.Sequential([keras.layers.Dense(3, input_dim=4, activation="relu"),
                          keras.layers.Dense(1)], name="mine")
model.compile("adam", "mse")
model.fit(x, x[:, 0] * random.random(), epochs=3, verbose=0)
model.draw().save("mine.svg")
model.save("mine.brick")
pathlib.Path("log.txt").open("a").write("again")
pathlib.Path("new.txt").write_text("new")
pathlib.Path("gone.txt").unlink()
assert pathlib.Path("mine.svg").read_text() != "an older picture"
"""


def draw(capsys, *arguments):
    """Return the status, stdout and stderr."""
    try:
        status = cli.main(["draw", *map(str, arguments)])
    except SystemExit as stop:
        status = stop.code
    output = capsys.readouterr()
    return status, output.out, output.err


def test_one_command_writes_everything_from_the_same_weights(tmp_path, capsys):
    lesson, flat = tmp_path / "lesson", tmp_path / "flat.ldr"
    status, output, _ = draw(capsys, "4-8-6-1", "--all", lesson, "-o", flat)
    assert status == 0
    files = [tmp_path / f"lesson{ending}" for ending in (".svg", ".html", ".mpd", ".xml")]
    assert output.splitlines()[1:] == [str(flat), *map(str, files)]
    svg, html, mpd, xml = (file.read_text("utf-8") for file in files)
    assert svg.count('class="weight') == 86 and ">359<" in html
    for part, ldraw_colour, colour in (("3005", 10, 36), ("3005", 288, 80), ("3062b", 2, 6)):
        planned = len(re.findall(rf"^1 {ldraw_colour} .* {part}\.dat$", mpd, re.M))
        (ordered,) = [
            int(item.findtext("MINQTY"))
            for item in ET.fromstring(xml)
            if item.findtext("ITEMID") == part and item.findtext("COLOR") == str(colour)
        ]
        assert planned == ordered > 0


def test_a_script_is_repeatable_and_leaves_its_files_as_they_were(tmp_path):
    (tmp_path / "mine.py").write_text(SCRIPT)
    (tmp_path / "numbers.txt").write_text("1 2 3 4\n5 6 7 8\n")
    before = {
        "mine.svg": "an older picture",
        "mine.brick": "an older model",
        "log.txt": "log",
        "gone.txt": "here",
    }
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    first = python("-m", "brickwork", "draw", "mine.py", "-o", "a.mpd", "-o", "a.svg", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert {name: (tmp_path / name).read_text() for name in before} == before
    assert all(
        f"{name}, which mine.py writes too, is left as it was" in first.stderr for name in before
    )
    assert (tmp_path / "new.txt").read_text() == "new"
    second = python(
        "-m", "brickwork", "draw", "mine.py", "-o", "b.mpd", "-o", "mine.svg", cwd=tmp_path
    )
    assert "mine.svg" not in second.stderr and "log.txt" in second.stderr
    assert (tmp_path / "a.mpd").read_bytes() == (tmp_path / "b.mpd").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "mine.svg").read_bytes()


def test_a_script_that_fails_reports_its_own_error(tmp_path):
    (tmp_path / "broken.py").write_text("open('a.txt', 'w').write('new')\n1 / 0")
    (tmp_path / "a.txt").write_text("old")
    done = python("-m", "brickwork", "draw", "broken.py", cwd=tmp_path)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr
    assert "brickwork/" not in done.stderr and (tmp_path / "a.txt").read_text() == "old"
    for text, words in (("x = 1", "leaves no model behind"), ("raise SystemExit(3)", "")):
        (tmp_path / "other.py").write_text(text)
        done = python("-m", "brickwork", "draw", "other.py", cwd=tmp_path)
        assert done.returncode == (2 if words else 3) and words in done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        ("4-8-x", "expected sizes (4-8-6-1)"),
        ("4", "expected sizes"),
        ("0-3", "from 1 to"),
        ("3-0", "from 1 to"),
        ("9999999999999999-1", "at most 1,000,000,000 units"),
        ("gone.py", "no such file"),
        ("gone.brick", "no such file"),
        ("4-3 --activations relu,relu", "got 2 for 1 layers, expected one for each: softmax"),
        ("4-8-6-1 --activations relu", "got 1 for 3 layers"),
        ("4-3 --activations rlu", "'relu'"),
        ("gone.py --activations relu", "given by sizes"),
        ("4-3 -o x.gif", ".svg, .png"),
        ("4-3 -o x.doc", ".pdf"),
        ("4-3 -o no/such/folder.svg", "mkdir -p no/such"),
        ("4-3 -o .", "ends in"),
        ("4-3 -o /dev/null/x/y.svg", "'/dev/null' is a file."),
        ("gone.json", "No such file"),
        ("100-100 --level synapses", "level='bricks'"),
        ("100-100 -o x.html", "10,000 synapses"),
        ("4-3 --view up", "choose from"),
        ("4-3 --size x", "--size"),
        ("4-3 -o", "one argument"),
        ("4-3 --size 0 -o x.svg", "--size: got 0.0"),
        ("4-3 --size nan -o x.svg", "--size: got nan"),
        ("4-3 --sample a -o x.svg", "numbers with commas"),
        ("4-3 --sample 1,2,3,4", "Add -o FILE"),
        ("4-3 --sample 1,2 -o x.svg", "--sample: got 2 numbers, expected one for each input: 4"),
        ("4-3 --sample 1,2,3,4 --target 1,2 -o x.svg", "--target: got"),
        ("4-3 --sample 1,2,3,4 --neuron 7:0 -o x.svg", "--neuron: got the layer 7"),
        ("4-3 --neuron 0 -o x.svg", "a layer and a unit"),
        ("4-3 --neuron 0:1 -o x.svg", "--sample"),
        ("99999-99999 --sample 1 -o x.svg", "synapses, expected at most"),
        ("4-3 --view isometric", "--view: it says how a picture in a file"),
        ("", "model"),
    ],
)
def test_invalid_arguments_take_one_line(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, output = draw(capsys, *arguments.split())
    # The command line is valid, but the file is missing.
    assert status == (1 if arguments in ("gone.brick", "gone.json") else 2)
    assert not out and output.count("\n") == 1
    assert output.startswith("brickwork draw: ") and words in output
    assert not list(tmp_path.iterdir())


def test_files_that_summary_reads_are_drawn(tmp_path):
    (tmp_path / "own.py").write_text("from brickwork.layers import Dense\nclass Mine(Dense): pass")
    mine = type("Mine", (layers.Dense,), {"__module__": "own"})
    model = brickwork.Sequential([mine(3, input_dim=4)], name="of_mine")
    (tmp_path / "mine.json").write_text(model.to_json())
    model.save(tmp_path / "mine.brick")
    for file in ("mine.json", "mine.brick"):
        command = ["-m", "brickwork", "draw", file, "-o"]
        assert "--custom FILE.py" in python(*command, "a.svg", cwd=tmp_path).stderr
        for name in ("a.svg", "b.svg"):
            done = python(*command, name, "--custom", "own.py", cwd=tmp_path)
            assert (done.returncode, done.stderr) == (0, "") and "of_mine" in done.stdout
        assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_large_models_are_drawn_without_their_weights(tmp_path, capsys):
    assert draw(capsys, "100000-100000")[1].count("10,000,000,000 synapses") == 1
    assert draw(capsys, "100000-100000-10", "-o", tmp_path / "a.svg")[0] == 0
    output = " ".join(ET.fromstring((tmp_path / "a.svg").read_text()).itertext())
    assert "100,000 × 100,000 = 10,000,000,000 synapses" in output


def test_a_sample_s_numbers_are_written(tmp_path, capsys):
    file = tmp_path / "a.svg"
    assert (
        draw(
            capsys,
            "2-3-1",
            "-o",
            file,
            "--sample",
            "-1.5,2",
            "--neuron",
            "1:0",
            "--target",
            "1",
            "--bias",
        )[0]
        == 0
    )
    text = " ".join(ET.fromstring(file.read_text()).itertext())
    assert re.search("[-−]1.5", text) and "loss" in text
    assert 'class="bias' in file.read_text()


def test_a_closed_pipe_is_no_error(tmp_path):
    command = f"{sys.executable} -m brickwork draw 4-8-6-1-9-9-9 | head -n 1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert "Dense" in done.stdout and done.stderr == ""


def test_every_option_has_help():
    parser = argparse.ArgumentParser()
    add_draw(parser)
    assert all(action.help for action in parser._actions)
    assert "%" not in parser.format_help()
