"""`Progbar`: the numbers that Keras's shows, in brickwork's line."""

import re

import keras
import pytest

from brickwork.utils import Progbar

CALLS = [
    (3, [("loss", 4.0), ("acc", 0.5)]),
    (1, [("loss", 2.0), ("acc", 0.75)]),
    (6, [("loss", 1.0)]),
]


def shown(bar, capsys, calls, **kwargs):
    for n, values in calls:
        bar.add(n, values=values)
    if kwargs:
        bar.update(bar._seen if hasattr(bar, "_seen") else bar._seen_so_far, **kwargs)
    text = capsys.readouterr().out
    return re.findall(r"(\d+)/(\w+)", text)[-1:], re.findall(r"(\w+): ([\d.]+)", text)[-2:]


@pytest.mark.parametrize(
    "kwargs", [{}, {"stateful_metrics": ["acc"]}, {"stateless_metrics": ["acc"]}]
)
@pytest.mark.parametrize("calls", [CALLS, [(10, CALLS[0][1])]])
def test_the_last_line_is_keras_s(capsys, kwargs, calls):
    ours = shown(Progbar(10, verbose=2, **kwargs), capsys, calls)
    theirs = shown(keras.utils.Progbar(10, verbose=2, **kwargs), capsys, calls)
    assert ours == theirs and ours[0] == [("10", "10")]


def test_means_while_it_runs(capsys):
    ours = shown(Progbar(10, verbose=2), capsys, CALLS[:2], finalize=True)
    assert ours == ([("4", "4")], [("loss", "3.5000"), ("acc", "0.5625")])


def test_silent_and_refused(capsys):
    bar = Progbar(2, verbose=0)
    bar.update(2, [("loss", 1.0)])
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="expected one of them"):
        Progbar(2, stateful_metrics=["a"], stateless_metrics=["b"])
