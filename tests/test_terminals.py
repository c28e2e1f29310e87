"""Summaries and progress bars where they are seen: terminals of any width, pipes, notebooks, and
streams that have few characters."""

import os
import re
import shutil
import subprocess
import time

import pytest
from samples import PYTHON, environment
from terminals import Screen, in_terminal

SLOW = """
import time
import numpy as np
from brickwork import Sequential, callbacks, layers

class Slow(callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        time.sleep(0.04)
    def on_test_batch_end(self, batch, logs=None):
        time.sleep(0.01)
    def on_predict_batch_end(self, batch, logs=None):
        time.sleep(0.02)

x = np.random.default_rng(0).random((320, 4))
y = (x.sum(axis=1) > 2).astype(float)
model = Sequential([layers.Dense(8, "relu", input_dim=4), layers.Dense(1, "sigmoid")], name="slow")
model.compile("adam", "binary_crossentropy", metrics=["accuracy", "auc", "precision", "mae"])
model.fit(x, y, epochs=2, validation_split=0.2, callbacks=[Slow()])
model.evaluate(x, y, callbacks=[Slow()])
model.predict(x, verbose=1, callbacks=[Slow()])
"""
VALUES = ["accuracy", "auc", "loss", "mae", "precision", "val_accuracy", "val_loss"]


@pytest.fixture
def terminal():
    pytest.importorskip("pty", reason="this system has no pseudoterminals")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "slow.py").write_text(SLOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(arguments, encoding="utf-8", **variables):
    """What Python writes into a pipe."""
    merged = {**environment(), "COLUMNS": None, "NO_COLOR": None, "FORCE_COLOR": None, **variables}
    done = subprocess.run(
        [*PYTHON, *arguments],
        capture_output=True,
        timeout=120,
        env={k: v for k, v in merged.items() if v is not None},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode(encoding)


def check_whole_lines(rows):
    """An epoch is a heading and a line with everything, broken between values at most."""
    text = "\n".join(rows)
    epochs = re.split(r"^Epoch \d/2$", text, flags=re.M)
    assert len(epochs) == 3
    for epoch in epochs[1:]:
        said = " ".join(epoch.split())
        assert all(len(re.findall(rf" - {name}: \d\.\d{{4}}", said)) >= 1 for name in VALUES)
    lines = [row for row in rows if re.match(r"\d+/\d+ ", row)]
    assert [line.split()[0] for line in lines] == ["8/8", "8/8", "10/10", "10/10"], (
        "a refresh became a line of its own"
    )


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_progress_bars_stay_in_their_row(terminal, columns):
    text, status = in_terminal(["slow.py"], columns, ".")
    assert status == 0 and text.count("\r") > 8
    screen = Screen(columns)
    screen.feed(text)
    check_whole_lines(screen.rows)
    assert screen.wraps == 0


def test_a_terminal_that_becomes_narrower(terminal):
    text, status = in_terminal(["slow.py"], 150, ".", after=("Epoch 2/2", 60))
    assert status == 0
    after = re.sub(r"\x1b\[\d*m", "", text.partition("Epoch 2/2")[2])
    rows = [row.rstrip() for row in re.split("[\r\n]", after)]
    first = next(i for i, row in enumerate(rows) if re.match(r" *\d+/\d+ ", row) and len(row) < 60)
    assert first < 20 and all(len(row) < 60 for row in rows[first:])


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_the_demo_wraps_nowhere(terminal, columns):
    text, status = in_terminal(["-m", "brickwork", "demo", "--picture", "x.svg"], columns, ".")
    assert status == 0
    text = re.sub(r"/\S+x\.svg", "x.svg", text)
    screen = Screen(columns)
    screen.feed(text)
    assert screen.wraps == 0
    table = [row for row in screen.rows if row[:1] in "┏┃┡│├└" and row]
    assert len({max(row.rfind(end) for end in "┓┃┩│┤┘") for row in table}) == 1
    assert "\x1b[30;48;2" in text, "the bricks are in colours"


def test_a_summary_in_a_terminal_and_in_a_pipe(terminal):
    command = ["-m", "brickwork", "summary", "4-8-6-1"]
    for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        text, _ = in_terminal(command, 80, ".", **variables)
        assert ("\x1b[" in text) is coloured
    assert "\x1b[" not in shown(command)
    assert "\x1b[" in shown(command, FORCE_COLOR="1")


def test_a_dumb_terminal_and_a_pipe_get_whole_lines(terminal):
    text, _ = in_terminal(["slow.py"], 80, ".", TERM="dumb")
    for said in (text, shown(["slow.py"])):
        assert "\r" not in said and "\x1b" not in said
        assert len(re.findall(r"^(?:8/8|10/10) ━{20} ", said, re.M)) == 4


@pytest.mark.parametrize(
    "arguments, encoding",
    [
        (["slow.py"], "ascii"),
        (["slow.py"], "cp1252"),
        (["-m", "brickwork", "demo"], "euc-kr"),
        (["-m", "brickwork", "demo"], "ascii"),
        (["-m", "brickwork", "draw", "4-8-6-1"], "ascii"),
    ],
)
def test_streams_without_our_characters(arguments, encoding):
    text = shown(arguments, encoding, PYTHONIOENCODING=encoding)
    if encoding == "ascii":
        assert "?" not in text.replace("diabetes?", ""), "each of our characters has a stand-in"
        assert ("demo" in arguments) <= ("| dense (Dense) " in text)
        assert ("slow.py" in arguments) <= ("8/8 ==" in text)


def test_the_plainest_locale():
    text = shown(["-m", "brickwork", "demo"], LANG="C", LC_ALL="C", PYTHONIOENCODING=None)
    assert "Total params: 101" in text


@pytest.fixture
def tmux():
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    name = f"brickwork-{os.getpid()}"
    yield lambda *words: subprocess.run(
        ["tmux", "-L", name, "-f", "/dev/null", *words], capture_output=True, text=True, timeout=30
    )
    subprocess.run(["tmux", "-L", name, "kill-server"], capture_output=True)


def in_tmux(tmux, columns, command, until):
    """What a real terminal shows when a command has said something."""
    path = [f"{name}={value}" for name, value in environment().items() if name == "PYTHONPATH"]
    words = ["env", "-u", "NO_COLOR", "-u", "COLUMNS", *path, *PYTHON, *command]
    tmux(
        "new-session",
        "-d",
        "-x",
        str(columns),
        "-y",
        "50",
        " ".join(map(repr, words)) + "; sleep 60",
    )
    return seen(tmux, until)


def seen(tmux, until):
    for _ in range(600):
        rows = tmux("capture-pane", "-p").stdout.splitlines()
        if any(until in row for row in rows):
            return rows
        time.sleep(0.05)
    raise AssertionError(rows)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_demo_in_a_real_terminal(tmux, columns):
    rows = in_tmux(tmux, columns, ["-m", "brickwork", "demo", "--picture", "x.svg"], "67.2%")
    table = [i for i, row in enumerate(rows) if re.match("[┏┃┡│├└]", row)]
    ends = {max(rows[i].rfind(end) for end in "┓┃┩│┤┘") for i in table}
    assert len(table) >= 8 and len(ends) == 1 and max(ends) < columns
    assert table == list(range(table[0], table[-1] + 1)), "bricks wrapped below their rows"
    assert sum(row.startswith("20/20 ") for row in rows) == 1


def test_bars_in_a_real_terminal_that_is_resized(tmux):
    in_tmux(tmux, 100, ["slow.py"], "Epoch 2/2")
    for width in (80, 70, 60, 90):
        tmux("resize-window", "-x", str(width))
        time.sleep(0.1)
    text = "\n".join(seen(tmux, "10/10 "))
    begun = re.findall(r"\d+/\d+ ━", text)
    assert 3 <= len(begun) <= 7, "a line may be left by a resize, not by each refresh"


def test_a_notebook():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = [SLOW, "model.summary(bricks=True)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python",
    }
    nbclient.NotebookClient(notebook, timeout=120, coalesce_streams=True).execute()
    training, summary = (
        "".join(out["text"] for out in cell.outputs if out.get("name") == "stdout")
        for cell in notebook.cells
    )
    screen = Screen(10_000)
    screen.feed(training)
    check_whole_lines(screen.rows)
    assert "Total params" in summary and "48;2;61;170;92" in summary
