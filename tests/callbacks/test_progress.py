"""The progress bar, with a clock that the test turns."""

import io
import re

import pytest
from terminals import Screen

from brickwork.callbacks import ProgressBar
from brickwork.training.progress_line import duration, each_text, value_text


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def __init__(self, tty=True, encoding="utf-8"):
        super().__init__()
        self.tty, self.coding, self.writes = tty, encoding, 0

    def isatty(self):
        return self.tty

    @property
    def encoding(self):
        return self.coding

    def write(self, text):
        self.writes += 1
        return super().write(text)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def bar(stream, clock, **kwargs):
    return ProgressBar(stream=stream, clock=clock, **kwargs)


def test_twenty_writes_a_second_and_the_last_always():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=100_000, steps=10)
    for epoch in range(100_000):
        clock.now += 1e-5
        progress.epoch_end(epoch, {"loss": 1 / (epoch + 1)})
    progress.close()
    assert 15 <= out.writes <= 22
    lines = out.getvalue().splitlines()
    assert lines[0] == "Epoch 1/100000"
    assert lines[-2:] == [
        "Epoch 100000/100000",
        "10/10 " + "\u2501" * 20 + " 0s 1.0us/step - loss: 1.0000e-05",
    ]


def test_verbose_2_writes_every_epoch_and_verbose_0_none():
    for verbose, lines in ((2, 200), (0, 0)):
        clock, out = Clock(), Terminal(tty=False)
        progress = bar(out, clock, epochs=100, steps=4, verbose=verbose)
        for epoch in range(100):
            progress.update(epoch, 2, {"loss": 1.0})
            progress.epoch_end(epoch, {"loss": 0.5, "accuracy": 1.0})
        progress.close()
        assert len(out.getvalue().splitlines()) == lines
    assert bar(io.StringIO(), Clock(), verbose=0).epoch_end(0) is None


def test_verbose_2_line_is_keras_s():
    clock, out = Clock(), Terminal(tty=False)
    progress = bar(out, clock, epochs=2, steps=4, verbose=2)
    clock.now += 0.156
    progress.epoch_end(0, {"accuracy": 1.0, "loss": 0.61112, "val_loss": 0.00012})
    assert out.getvalue() == (
        "Epoch 1/2\n4/4 - 0s - 39ms/step - accuracy: 1.0000 - loss: 0.6111 - val_loss: 1.2000e-04\n"
    )


def test_a_long_epoch_is_rewritten_in_place():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=3, steps=200)
    for step in range(1, 200):
        clock.now += 0.0101
        progress.update(0, step, {"loss": 123.0})
    clock.now += 0.01
    progress.epoch_end(0, {"loss": 1.0})
    head, line, rest = out.getvalue().split("\n")
    assert (head, rest) == ("Epoch 1/3", "")
    states = line.split("\r")
    assert 35 <= len(states) <= 42
    assert states[1].startswith("  6/200 " + "." * 20) and "2s 10ms/step" in states[1]
    assert states[-1].rstrip().endswith("200/200 " + "\u2501" * 20 + " 2s 10ms/step - loss: 1.0000")
    assert len(states[-1]) >= len(states[-2].rstrip()), "the rest of a longer line is wiped out"


def test_a_file_gets_whole_lines_only():
    clock, out = Clock(), Terminal(tty=False)
    progress = bar(out, clock, epochs=1, steps=200)
    for step in range(200):
        clock.now += 0.01
        progress.update(0, step, {"loss": 1.0})
    progress.epoch_end(0, {"loss": 1.0})
    progress.close()
    assert out.writes == 1
    assert out.getvalue().count("\n") == 1 and "\r" not in out.getvalue()


def test_a_file_gets_every_epoch_however_fast():
    stream = io.StringIO()
    shown = bar(stream, Clock(), epochs=6, steps=1)
    for epochs in (range(4), range(4, 6)):
        for epoch in shown.wants(epochs):
            shown.epoch_end(epoch, {"loss": float(epoch)})
    shown.close()
    lines = stream.getvalue().splitlines()
    assert lines[::2] == [f"Epoch {epoch}/6" for epoch in range(1, 7)]
    assert all(line.endswith(f"loss: {epoch:.4f}") for epoch, line in enumerate(lines[1::2]))


def test_delay_holds_for_a_file_too():
    clock, out = Clock(), io.StringIO()
    shown = bar(out, clock, steps=1, delay=0.5)
    shown.epoch_end(0)
    shown.close()
    assert not out.getvalue()


def test_epochs_reported_together_share_their_time():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=150, steps=10, initial_epoch=50)
    clock.now += 1.0
    progress.epoch_end(99, {"loss": 1.0})
    clock.now += 1.0
    progress.epoch_end(149, {"loss": 1.0})
    assert out.getvalue().count(" 0s 2ms/step") == 2


@pytest.mark.parametrize(("verbose", "lines"), [(1, 2), (2, 4)])
def test_epochs_reported_together_have_equal_times(verbose, lines):
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=4, steps=10, verbose=verbose)
    clock.now += 0.1
    progress.update(0, 3)
    clock.now += 0.3
    for epoch in progress.wants(range(4)):
        progress.epoch_end(epoch)
    progress.close()
    assert out.getvalue().count("10ms/step") == lines


def test_which_epochs_it_needs():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=9, steps=10)
    assert progress.wants(range(0, 4)) == [3]
    progress.update(4, 5, {"loss": 1.0})
    assert progress.wants(range(4, 8)) == [4, 7]
    progress.epoch_end(4, {"loss": 0.5})
    assert progress.wants(range(5, 8)) == [7] and progress.wants(range(5, 5)) == []
    assert out.getvalue().count("Epoch") == 1 and out.getvalue().endswith("loss: 0.5000\n")
    assert bar(Terminal(), clock, epochs=9, verbose=2).wants(range(2)) == [0, 1]


def test_evaluate_has_no_heading_and_is_always_shown():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=2)
    progress.epoch_end(0, {"loss": 0.5})
    progress.close()
    assert out.getvalue() == "2/2 " + "\u2501" * 20 + " 0s 0us/step - loss: 0.5000\n"


def test_delay_keeps_short_work_silent():
    for seconds, said in ((0.4, False), (0.6, True)):
        clock, out = Clock(), Terminal()
        progress = bar(out, clock, steps=2, delay=0.5)
        clock.now += seconds
        progress.epoch_end(0)
        progress.close()
        assert bool(out.getvalue()) is said


def test_interrupted_in_the_next_epoch_the_one_before_is_not_written_below_it():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=3, steps=10)
    progress.epoch_end(0, {"loss": 3.0})
    progress.epoch_end(1, {"loss": 2.0})
    clock.now += 1
    progress.update(2, 5, {"loss": 1.0})
    progress.close()
    assert "loss: 2.0000" not in out.getvalue() and out.getvalue().endswith("loss: 1.0000\n")


def test_a_line_that_is_begun_is_ended_before_another_epoch_s():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=3, steps=10)
    progress.update(0, 5, {"loss": 1.0})
    clock.now += 1
    progress.epoch_end(1, {"loss": 0.5})
    assert "loss: 1.0000\nEpoch 2/3\n10/10" in out.getvalue()


def test_interrupted_in_an_epoch_the_line_is_ended():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=2, steps=10)
    progress.update(0, 3, {"loss": 1.0})
    progress.close()
    progress.close()
    assert out.getvalue().endswith("loss: 1.0000\n") and out.getvalue().count("\n") == 2


def test_unknown_number_of_steps():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=None)
    clock.now += 1
    progress.update(0, 50, {"loss": 1.0})
    assert out.getvalue() == "50/Unknown 1s 20ms/step - loss: 1.0000"


def test_a_stream_that_cannot_write_the_rule_gets_ascii():
    clock, out = Clock(), Terminal(encoding="ascii")
    progress = bar(out, clock, steps=2)
    progress.update(0, 1)
    progress.epoch_end(0)
    assert out.getvalue().isascii() and "1/2 ==========.........." in out.getvalue()


def test_colour_only_on_a_terminal_and_not_counted(monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=2)
    progress.update(0, 1, {"loss": 1.0})
    assert "\033[32m" in out.getvalue() and "\033[1m1/2\033[0m" in out.getvalue()
    drawn = progress._drawn
    monkeypatch.setenv("NO_COLOR", "1")
    plain = bar(Terminal(), clock, steps=2)
    plain.update(0, 1, {"loss": 1.0})
    assert drawn == plain._drawn


@pytest.mark.parametrize(
    "variables, tty, coloured, live",
    [
        ({"NO_COLOR": ""}, True, True, True),
        ({"NO_COLOR": "1"}, True, False, True),
        ({}, False, False, False),
        ({"FORCE_COLOR": "1"}, False, True, False),
        ({"FORCE_COLOR": "0"}, False, False, False),
        ({"TERM": "dumb"}, True, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False, True),
    ],
)
def test_what_users_say_of_colours_and_terminals(monkeypatch, variables, tty, coloured, live):
    monkeypatch.delenv("NO_COLOR")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = Terminal(tty)
    progress = bar(out, Clock(), steps=2)
    progress.update(0, 1)
    assert bool(out.getvalue()) is live
    progress.epoch_end(0)
    progress.close()
    assert ("\033[" in out.getvalue()) is coloured and ("\r" in out.getvalue()) is live


def test_no_standard_output_is_no_fault(monkeypatch):
    monkeypatch.setattr("sys.stdout", None)
    progress = ProgressBar(steps=2)
    progress.update(0, 1, {"loss": 1.0})
    progress.epoch_end(0, {"loss": 1.0})
    progress.close()


METRICS = [
    "loss",
    "accuracy",
    "auc",
    "a_metric_whose_name_is_as_long_as_names_get_in_teams",
    "정확도",
    "val_loss",
    "val_accuracy",
    "val_precision_at_recall",
]


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("steps", [None, 7, 123456])
@pytest.mark.parametrize("count", [0, 1, 2, 3, len(METRICS)])
@pytest.mark.parametrize("columns", [10, 20, 40, 55, 60, 79, 80, 100, 120, 200])
def test_it_never_wraps(monkeypatch, columns, count, steps, colour):
    monkeypatch.setenv("COLUMNS", str(columns))
    if colour:
        monkeypatch.delenv("NO_COLOR")
    clock, out, screen = Clock(), Terminal(), Screen(columns)
    progress = bar(out, clock, epochs=2, steps=steps)
    for step in range(1, 7):
        clock.now += 10 ** (step - 4)
        progress.update(0, step, dict.fromkeys(METRICS[:count], 10.0**-step))
        screen.feed(out.getvalue())
        out.seek(0), out.truncate()
        head, line = screen.rows
        assert (head, screen.wraps) == ("Epoch 1/2", 0) and len(line) < columns
    clock.now += 1
    progress.epoch_end(0, dict.fromkeys(METRICS[:count], 0.5))
    screen.feed(out.getvalue())
    said = "".join(screen.rows).replace(" ", "")  # as wrapped, by us or by the terminal
    assert all(f"{name}:0.5000" in said for name in METRICS[:count])
    narrow = [name for name in METRICS[:count] if len(name) + 16 >= columns]
    assert bool(screen.wraps) <= bool(narrow), "only a value wider than the screen may wrap"
    assert screen.rows[-1] == "" and "\u2026" not in said


@pytest.mark.parametrize(
    "columns, line",
    [
        (120, "━━━━━━━━━━.......... 1s 100ms/step - loss: 0.5000 - accuracy: 0.2500 - auc: 0.7500"),
        (80, "━━━━━...... 1s 100ms/step - loss: 0.5000 - accuracy: 0.2500 - auc: 0.7500"),
        (70, "━━━━━...... 1s 100ms/step - loss: 0.5000 - accuracy: 0.2500 - …"),
        (50, "━━━━━..... 1s 100ms/step - loss: 0.5000 - …"),
        (40, "━━━━━...... 1s - loss: 0.5000 - …"),
        (25, "1s 100ms/step"),
    ],
)
def test_the_bar_shrinks_and_then_values_are_left_out(monkeypatch, columns, line):
    monkeypatch.setenv("COLUMNS", str(columns))
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=20)
    clock.now += 1
    progress.update(0, 10, {"loss": 0.5, "accuracy": 0.25, "auc": 0.75})
    assert out.getvalue() == f"10/20 {line}"


def test_the_last_line_breaks_between_values(monkeypatch):
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=1, steps=20)
    progress.epoch_end(0, {"accuracy": 0.5, "loss": 0.25, "val_accuracy": 0.5, "val_loss": 0.25})
    assert out.getvalue() == (
        "20/20 " + "━" * 20 + " 0s 0us/step - accuracy: 0.5000 - loss: 0.2500\n"
        "    - val_accuracy: 0.5000 - val_loss: 0.2500\n"
    )


def test_a_bar_that_has_shrunk_does_not_tremble(monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=10_000)
    lengths = []
    for step, seconds in ((900, 0.1), (901, 60.0), (902, 0.1), (9000, 0.1), (9999, 0.1)):
        clock.now += seconds
        progress.update(0, step, {"loss": 1.0, "accuracy": 1.0})
        lengths.append(len(re.search("[━.]{6,}", out.getvalue().rpartition("\r")[2])[0]))
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > lengths[-1]


def test_resized_while_it_trains(monkeypatch):
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, steps=1000)
    logs = {"loss": 1.0, "accuracy": 1.0, "auc": 1.0}

    def drawn(columns, seconds=0.3):
        monkeypatch.setenv("COLUMNS", str(columns))
        out.seek(0), out.truncate()
        clock.now += seconds
        progress.update(0, 5, logs)
        return out.getvalue()

    assert drawn(80).startswith("   5/1000")
    assert drawn(60) == drawn(50, 0.1) == "", "while a window is dragged nothing is drawn"
    assert drawn(50) == ""  # it has only now been seen to stand still
    text = drawn(50)
    assert text.startswith("\n   5/1000") and len(text) <= 50, "the broken line is left alone"
    assert drawn(100) == "" and drawn(100).startswith("\r   5/1000"), "a whole one is written over"


def test_texts():
    assert [duration(s) for s in (0.2, 59, 61, 3661)] == ["0s", "59s", "1:01", "1:01:01"]
    assert [each_text(s) for s in (2.0, 0.0401, 4.1e-5, 6e-7)] == [
        "2s/step",
        "40ms/step",
        "41us/step",
        "0.6us/step",
    ]
    assert value_text("loss", -3e-4) == "loss: -3.0000e-04"
    assert value_text("loss", float("nan")) == "loss: nan"
