"""The progress bar, with a clock that the test turns."""

import io

import pytest

from brickwork.callbacks import ProgressBar
from brickwork.callbacks.progress_line import duration, each_text, value_text


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
def no_colour(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")


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
        "10/10 " + "\u2501" * 20 + " 0s 1.0us/step - loss: 1.0000e-05"]


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
    assert out.getvalue() == ("Epoch 1/2\n4/4 - 0s - 39ms/step - accuracy: 1.0000 - loss: 0.6111 "
                              "- val_loss: 1.2000e-04\n")


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


def test_epochs_that_are_told_together_share_their_time():
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=150, steps=10, initial_epoch=50)
    clock.now += 1.0
    progress.epoch_end(99, {"loss": 1.0})
    clock.now += 1.0
    progress.epoch_end(149, {"loss": 1.0})
    assert out.getvalue().count(" 0s 2ms/step") == 2


@pytest.mark.parametrize(("verbose", "told"), [(1, 2), (2, 4)])
def test_epochs_told_together_took_as_long_as_each_other(verbose, told):
    clock, out = Clock(), Terminal()
    progress = bar(out, clock, epochs=4, steps=10, verbose=verbose)
    clock.now += 0.1
    progress.update(0, 3)
    clock.now += 0.3
    for epoch in progress.wants(range(4)):
        progress.epoch_end(epoch)
    progress.close()
    assert out.getvalue().count("10ms/step") == told


def test_which_epochs_it_wants_to_be_told_of():
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


def test_texts():
    assert [duration(s) for s in (0.2, 59, 61, 3661)] == ["0s", "59s", "1:01", "1:01:01"]
    assert [each_text(s) for s in (2.0, 0.0401, 4.1e-5, 6e-7)] == [
        "2s/step", "40ms/step", "41us/step", "0.6us/step"]
    assert value_text("loss", -3e-4) == "loss: -3.0000e-04"
    assert value_text("loss", float("nan")) == "loss: nan"
