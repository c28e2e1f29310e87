"""`Bricks` in a terminal: lines that are drawn over in place."""

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import time
import types
from itertools import pairwise

import numpy as np
import pytest
from pace import SLOWER
from samples import environment

from brickwork.callbacks.screens import TerminalScreen, _redraw
from brickwork.pictures.cells import cells, spark
from brickwork.pictures.network import Brick, Network, read
from brickwork.pictures.text import text_width
from brickwork.pictures.words import Words

#: Seconds of a film of which several pictures are seen.
FILM = 1.5 * SLOWER
PROGRAM = """
import numpy as np
np.random.seed(3)
from brickwork import Sequential
from brickwork.callbacks import Bricks
from brickwork.layers import Dense
x = np.random.normal(size=(100, 4))
model = Sequential([Dense(8, "relu", input_dim=4, name="first"), Dense(1, name="last")])
model.compile("adam", "mse")
print("before")
model.fit(x, x[:, :1], epochs=100, callbacks=Bricks(seconds={seconds}))
print("after")
"""


def applied(screen: list[str], written: str) -> list[str]:
    """A screen, with the cursor below its lines, after what we write: a very small terminal."""
    lines, row = list(screen), len(screen)
    for count, way, text in re.findall("\x1b\\[(\\d+)([AB])|([^\x1b]+)(?:\x1b\\[K)?", written):
        if way:
            row += int(count) * (1 if way == "B" else -1)
        elif text != "\r":
            assert text.startswith("\r")
            lines[row] = text[1:]
    assert row == len(lines)
    return lines


@pytest.mark.parametrize("changed", [[], [0], [4], [1, 2], [0, 4], [0, 1, 2, 3, 4], [2]])
def test_only_lines_that_changed_are_written(changed):
    before = [f"line {k}" for k in range(5)]
    after = [f"new {k}" if k in changed else line for k, line in enumerate(before)]
    written = _redraw(before, after)
    assert applied(before, written) == after
    assert written.count("new") == len(changed) and "line" not in written
    assert bool(written) == bool(changed)


def network(*sizes):
    random = np.random.default_rng(0)
    return Network(
        "net",
        tuple(
            Brick(
                f"layer {k}",
                "Dense",
                n,
                u,
                True,
                random.normal(size=(n, u)),
                activation="relu",
                sources=(k - 1,) if k else (),
            )
            for k, (n, u) in enumerate(pairwise(sizes))
        ),
    )


@pytest.mark.parametrize(
    "sizes", [(3, 1), (4, 8, 6, 1), (16, 16, 2), (784, 64, 10), (3, *[5] * 40)]
)
@pytest.mark.parametrize(("columns", "lines"), [(40, 10), (80, 24), (200, 60), (20, 3)])
@pytest.mark.parametrize("colour", [True, False])
def test_it_fits(sizes, columns, lines, colour):
    drawn = cells(network(*sizes), columns, lines, colour)
    assert 1 <= len(drawn) <= lines
    for line in drawn:
        assert len(re.sub("\x1b\\[[0-9;]*m", "", line)) <= columns


def test_every_weight_has_its_sign_and_its_green():
    kernel = np.array([[2.0, -0.1], [-1.0, np.nan], [0.1, 1.9]])
    one = Network("net", (Brick("one", "Dense", 3, 2, True, kernel, activation="tanh"),))
    *_, greens = cells(one, 80, 20)
    found = re.findall("\x1b\\[(\\d+);48;2;(\\d+);(\\d+);(\\d+)m *([-+]) *\x1b|(\\?\\?)", greens)
    assert [sign or mark for *_, sign, mark in found] == ["+", "-", "+", "-", "??", "+"]
    assert found[0][:4] == ("97", "31", "128", "64") and found[3][:4] == ("30", "213", "240", "220")
    assert "?" in cells(one, 80, 20, colour=False)[-1]


def test_other_layers_and_names_that_are_commands():
    import brickwork

    made = brickwork.Sequential(
        [
            brickwork.Input((3,)),
            brickwork.layers.Dropout(0.5),
            brickwork.layers.Dense(2, name="a\x1b[2Jb"),
        ]
    )
    drawn = cells(read(made), 60, 20, labels="ko")
    assert any("Dropout" in line for line in drawn) and not any("\x1b[2J" in d for d in drawn)
    wide = cells(Network("n", (Brick("가" * 50, "Dropout", 3, 3),)), 41, 20)[0]
    assert text_width(wide, 1) * 1000 > 0 and sum(1 + (c > "~") for c in wide) <= 42


def test_a_spark():
    assert spark([1.0]) == "" and spark([1.0, 1.0]) == "▁▁"
    assert spark(list(range(100, 0, -1)))[::23] == "█▁" and len(spark(list(range(1000)))) == 24


def typed(program: str, columns: int = 80, terminal: str = "xterm-256color") -> str:
    """What a program writes to a terminal."""
    leader, follower = pty.openpty()
    environ = {**environment(), "TERM": terminal, "COLUMNS": str(columns), "LINES": "40"}
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environ,
        close_fds=True,
    )
    os.close(follower)
    out = io.BytesIO()
    try:
        while part := os.read(leader, 65536):
            out.write(part)
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    assert child.wait(60 * SLOWER) == 0, out.getvalue().decode()
    return out.getvalue().decode("utf-8")


def test_a_terminal_is_written_to_little():
    written = typed(PROGRAM.format(seconds=FILM))
    assert "epoch 100/100 · loss" in written and "━" not in written  # no progress bar
    assert written.count("layer") == 0 and written.count("first: 4 → 8") == 1  # it never changes
    assert written.count("epoch ") > 15 and written.rstrip().endswith("after")
    plain = typed(PROGRAM.format(seconds=0.2).replace("Bricks(seconds=0.2)", "[]"), terminal="dumb")
    assert "━" in plain or "=" in plain  # where nothing is drawn the bar is there


TMUX = shutil.which("tmux")


def in_tmux(tmp_path, program: str) -> list[str]:
    """What stands in a terminal of 70 columns when a program has said "after"."""
    (tmp_path / "film.py").write_text(program, encoding="utf-8")
    name = f"brickwork-{os.getpid()}-{tmp_path.name}"
    tmux = [TMUX, "-L", name, "-f", os.devnull]
    subprocess.run(
        [
            *tmux,
            "new-session",
            "-d",
            "-s",
            "film",
            "-x",
            "70",
            "-y",
            "30",
            f"{sys.executable} {tmp_path / 'film.py'}; sleep 60",
        ],
        check=True,
        env={**environment(), "LANG": "C.UTF-8"},
    )
    try:
        for _ in range(200):
            time.sleep(0.1)
            seen = subprocess.run(
                [*tmux, "capture-pane", "-p", "-t", "film"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            if "after" in seen:
                break
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    return seen.rstrip().splitlines()


@pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
def test_a_real_terminal(tmp_path):
    lines = in_tmux(tmp_path, PROGRAM.format(seconds=FILM))
    assert lines[0] == "before" and lines[-1] == "after"
    assert [line.split(":")[0] for line in lines if ":" in line] == ["last", "first"]
    assert len(lines) == 2 + 4 + 4 + 2  # nothing was drawn twice
    assert re.match(r"epoch 100/100 · loss \S+ \S+", lines[-2])


PRINTS = """
import sys
from brickwork.callbacks import LambdaCallback
def prints(epoch, logs):
    if epoch % 30 == 29:
        print(f"epoch {epoch}:", "printed")
        print("no end", end="", file=sys.stderr if epoch > 50 else sys.stdout)
"""


@pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
def test_what_others_print_stands_above_the_picture(tmp_path):
    program = PRINTS + PROGRAM.format(seconds=FILM).replace(
        "callbacks=", "verbose=2, callbacks=[LambdaCallback(on_epoch_end=prints), "
    ).replace(f"seconds={FILM}))", f"seconds={FILM})])\nprint(type(sys.stdout).__name__)")
    lines = in_tmux(tmp_path, program)
    assert lines[:7] == [
        "before",
        *[f"epoch {k}: printed" if even else "no end" for k in (29, 59, 89) for even in (1, 0)],
    ]
    assert len(lines) == 7 + 4 + 4 + 2 + 2 and lines[-2:] == ["TextIOWrapper", "after"]


@pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
def test_two_pictures_leave_the_last_of_each(tmp_path):
    program = PROGRAM.format(seconds=1).replace(
        "Bricks(seconds=1))",
        "[Bricks(seconds=1), Bricks(level='bricks', seconds=1)])\n"
        "import sys; print(type(sys.stdout).__name__)",
    )
    lines = in_tmux(tmp_path, program)
    assert lines[0] == "before" and lines[-2:] == ["TextIOWrapper", "after"]
    assert [line.split(":")[0] for line in lines if ":" in line] == ["last", "first"] * 2
    assert len(lines) == 1 + 2 * (4 + 4 + 2) + 2


def test_a_closed_output_is_no_terminal(monkeypatch, tmp_path):
    import brickwork
    from brickwork.callbacks import Bricks

    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    monkeypatch.setattr(sys, "stderr", closed)
    made = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    made.compile("sgd", "mse")
    film = Bricks(tmp_path / "film.html", seconds=0.1)
    made.fit(np.zeros((8, 2)), np.zeros(8), verbose=0, callbacks=film)
    film.file = None
    made.fit(np.zeros((8, 2)), np.zeros(8), verbose=0, callbacks=film)
    assert film.drawn > 1


def test_the_streams_are_given_back_where_no_last_picture_can_be_drawn(monkeypatch):
    import brickwork
    from brickwork.callbacks import Bricks

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def fails(*_, **__):
        raise MemoryError

    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", "xterm")
    film = Bricks(seconds=0.2)
    made = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    made.compile("sgd", "mse")
    draw = film._draw
    film._draw = lambda *args, film=True: draw(*args) if film else fails()
    with pytest.raises(MemoryError):
        made.fit(np.zeros((8, 2)), np.zeros(8), batch_size=1, epochs=9, callbacks=film)
    assert sys.stdout is out and "epoch" in out.getvalue()


def test_a_terminal_that_knows_few_letters():
    written = io.BytesIO()
    screen = TerminalScreen(io.TextIOWrapper(written, "ascii", write_through=True))
    live = types.SimpleNamespace(network=network(3, 2), words=Words("ko"), losses=[2.0, 1.0])
    screen.show(live, None, "에포크 1", {})
    screen.close()
    assert b"layer 0: 3 ? 2" in written.getvalue()


def test_the_streams_are_given_back_when_training_fails(monkeypatch):
    import brickwork
    from brickwork.callbacks import Bricks, LambdaCallback

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def fails(epoch, logs):
        assert type(sys.stdout).__name__ == "_StreamAbovePicture"
        raise KeyboardInterrupt

    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", "xterm")
    made = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    made.compile("sgd", "mse")
    with pytest.raises(KeyboardInterrupt):
        made.fit(
            np.zeros((8, 2)),
            np.zeros(8),
            batch_size=1,
            callbacks=[Bricks(seconds=0.2), LambdaCallback(on_epoch_end=fails)],
        )
    assert sys.stdout is out and "epoch 1/1" in out.getvalue()
