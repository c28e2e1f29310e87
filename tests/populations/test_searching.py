"""Searches of settings."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, Input
from brickwork.models import Sequential
from brickwork.populations import searching

RNG = np.random.default_rng(8)
X = RNG.normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] + 0.3 * RNG.normal(size=60) > 0.4).astype("int64")
GRID = {"units": [2, 6], "rate": [1e-4, 0.05]}


def model(units=4, rate=0.01):
    made = Sequential([Input((4,)), Dense(units, "relu"), Dense(1, "sigmoid")])
    made.compile(brickwork.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return made


def run(settings=GRID, make=model, **more):
    return brickwork.search(make, X, Y, settings, **{"epochs": 6, "seed": 2, "folds": 3} | more)


def scores(found):
    return {json.dumps(row["settings"], sort_keys=True): row["scores"] for row in found.rows}


def test_a_grid():
    found = run()
    assert len(found.rows) == 4 and found.best["rate"] == 0.05
    values = [np.mean(row["scores"]["loss"]) for row in found.rows]
    assert values == sorted(values)
    table = found.table()
    assert table[0].keys() >= {"units", "rate", "epochs", "loss", "accuracy", "loss_std"}
    assert table[0]["loss"] == pytest.approx(values[0])
    assert repr(found).startswith("<Search of 4 settings by loss>")


def test_a_setting_s_scores_do_not_depend_on_the_others():
    one = scores(run({"units": [6], "rate": [0.05]}))
    every = scores(run())
    for name, values in one[json.dumps({"rate": 0.05, "units": 6})].items():
        np.testing.assert_allclose(
            every[json.dumps({"rate": 0.05, "units": 6})][name], values, 1e-4
        )


def test_they_are_those_of_a_cross_validation():
    found = run({"units": [3], "rate": [0.02]})
    alone = brickwork.cross_validate(
        lambda: model(3, 0.02), X, Y, folds=3, epochs=6, seed=2, verbose=0
    )
    np.testing.assert_allclose(found.rows[0]["scores"]["loss"], alone.scores["loss"], rtol=1e-5)


def test_objectives():
    found = run(objective="accuracy")
    values = [np.mean(row["scores"]["accuracy"]) for row in found.rows]
    assert values == sorted(values, reverse=True)
    worst = run(objective="accuracy", mode="min")
    assert worst.best == found.rows[-1]["settings"] or values[-1] == values[-2]


class Between:
    """A distribution as SciPy has them."""

    def rvs(self, random_state):
        return random_state.uniform(0.001, 0.1)


def test_random_settings():
    found = run({"units": [2, 6], "rate": Between()}, n=5, epochs=1)
    rates = [row["settings"]["rate"] for row in found.rows]
    assert len(set(rates)) == 5 and all(0.001 <= rate <= 0.1 for rate in rates)
    assert scores(found) == scores(run({"units": [2, 6], "rate": Between()}, n=5, epochs=1))
    scipy = pytest.importorskip("scipy.stats")
    assert len(run({"rate": scipy.loguniform(1e-4, 1e-1)}, n=3, epochs=1).rows) == 3


def test_some_of_a_grid():
    found = run(n=3, epochs=1)
    chosen = [tuple(sorted(row["settings"].items())) for row in found.rows]
    assert len(set(chosen)) == 3
    assert len(run(n=30, epochs=1).rows) == 4
    assert len(run([{"units": k} for k in range(1, 8)], n=4, epochs=1).rows) == 4


def test_halving_goes_on_with_the_best(monkeypatch):
    trained = []
    before = searching._Run.rows

    def rows(self, settings, epochs):
        trained.append((epochs, [dict(one) for one in settings]))
        return before(self, settings, epochs)

    monkeypatch.setattr(searching._Run, "rows", rows)
    listed = [{"rate": rate} for rate in np.geomspace(1e-5, 0.1, 9).tolist()]
    found = run(listed, strategy="halving", factor=3, epochs=18)
    assert [(epochs, len(settings)) for epochs, settings in trained] == [(2, 9), (6, 3), (18, 1)]
    assert found.best == trained[2][1][0] and found.rows[0]["epochs"] == 18
    assert all(one in trained[0][1] for one in trained[1][1])


def test_a_file_is_gone_on_with(tmp_path, monkeypatch):
    path = tmp_path / "search.jsonl"
    first = run({"units": [2, 6], "rate": [0.01]}, file=path)
    assert len(path.read_text().splitlines()) == 3  # the first says of which search they are
    with path.open("a") as file:
        file.write('{"settings": {"units": 9')  # interrupted while it was written
    again = run({"units": [2, 6], "rate": [0.01, 0.1]}, file=path)
    assert len(again.rows) == 4
    for name, values in scores(first).items():
        assert scores(again)[name] == values
    monkeypatch.setattr(searching._Run, "rows", lambda *_: pytest.fail("trained again"))
    assert scores(run({"units": [2, 6], "rate": [0.01, 0.1]}, file=path)) == scores(again)


def test_a_file_has_its_seed_and_is_of_one_search(tmp_path):
    path = tmp_path / "search.jsonl"
    first = run(file=path, seed=None, epochs=1)
    assert scores(run(file=path, seed=None, epochs=1)) == scores(first)
    for other in (dict(folds=4), dict(batch_size=7), dict(seed=99)):
        with pytest.raises(ValueError, match="of a search of other data"):
            run(file=path, epochs=1, **other)
    with pytest.raises(ValueError, match="of a search of other data"):
        brickwork.search(model, 2 * X, Y, GRID, file=path, epochs=1, folds=3)


def test_a_file_is_ranked_by_the_call_s_own_objective(tmp_path):
    path = tmp_path / "search.jsonl"
    assert not run(file=path).larger
    for own in (
        dict(mode="max"),
        dict(objective="accuracy"),
        dict(objective="accuracy", seed=None),
    ):
        found, fresh = run(file=path, **own), run(**own | {"seed": 2})
        assert found.larger and found.table() == fresh.table()
    with pytest.raises(ValueError, match=r"search.objective: got 'f1', expected one of"):
        run(file=path, objective="f1")


FOREIGN = {
    "no JSON": "a,b\n1,2\n",
    "one line": "something that was left here",
    "another kind of JSON": "[1]\n",
    "rows alone": '{"settings": {}, "epochs": 1, "scores": {"loss": [1]}}\n',
    "an older form": '{"seed": 2, "of": "0"}\n',
    "no text": "\xff\xfe\n",
    "half a first line": '{"form": 2, "seed": 2, "of": "0"}',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files_are_refused_and_left_alone(tmp_path, name):
    path = tmp_path / "search.jsonl"
    path.write_bytes(FOREIGN[name].encode("latin1"))
    with pytest.raises(ArgumentError, match=r"search.file: .*search.jsonl' is of no search, or of"):
        run(file=path)
    assert path.read_bytes() == FOREIGN[name].encode("latin1")


@pytest.mark.parametrize(
    "part", ["settings", "epochs", "scores", "larger", "a bracket", "everything"]
)
def test_damaged_files_are_refused(tmp_path, part):
    path = tmp_path / "search.jsonl"
    run(file=path, epochs=1)
    lines = path.read_text().splitlines()
    row = json.loads(lines[2])
    row.pop(part, None)
    lines[2] = {"a bracket": lines[2][:-1], "everything": "null"}.get(part, json.dumps(row))
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(ArgumentError, match="is damaged in line 3: delete that line"):
        run(file=path, epochs=1)
    path.write_text("\n".join(lines[:2] + lines[3:]) + "\n")
    assert len(run(file=path, epochs=1).rows) == 4


def test_an_empty_file_is_begun(tmp_path):
    path = tmp_path / "search.jsonl"
    path.touch()
    run(file=path, epochs=1, seed=np.int64(2))
    assert len(path.read_text().splitlines()) == 1 + 4


RESUMED = """
import numpy as np, sys
sys.path.insert(0, {folder!r})
from test_searching import X, Y, Stops, model
import brickwork
from brickwork.populations import searching

if {second}:
    assert hasattr(searching._Run, "rows")
    searching._Run.rows = lambda *_: 1 / 0
brickwork.search(
    lambda activation, sizes: model(sizes[0]), X, Y,
    dict(activation=[np.tanh, lambda x: x], sizes=[np.array([3, 4])]),
    epochs=1, seed=2, folds=2, file={path!r}, callbacks=[Stops(2)],
    class_weight={{0: 1, 1: np.float64(2)}},
)
"""


class Stops(brickwork.callbacks.Callback):
    """A callback that says nothing of itself."""

    def __init__(self, patience):
        super().__init__()
        self.patience, self.when = patience, lambda epoch: False
        self.names = {"loss", "accuracy", "rate"}


def test_another_process_goes_on_with_a_file(tmp_path):
    """What it depends on is known by contents, not by where it is in memory."""
    path, found = tmp_path / "search.jsonl", []
    for second in (False, True):
        script = RESUMED.format(folder=os.path.dirname(__file__), path=str(path), second=second)
        other_order_of_sets = os.environ | {"PYTHONHASHSEED": str(1 + second)}
        subprocess.run([sys.executable, "-c", script], check=True, env=other_order_of_sets)
        found.append(path.read_bytes())
    assert found[0] == found[1]


def test_long_arrays_differ_in_their_middle(tmp_path):
    weights, path = np.ones(len(X) * 100), tmp_path / "search.jsonl"
    x, y = np.tile(X, (100, 1)), np.tile(Y, 100)
    options = {"settings": {"units": [2]}, "epochs": 1, "folds": 2, "seed": 1, "file": path}
    brickwork.search(model, x, y, sample_weight=weights, batch_size=500, **options)
    weights[3000] = 9
    with pytest.raises(ValueError, match="of a search of other data"):
        brickwork.search(model, x, y, sample_weight=weights, batch_size=500, **options)


DIRECTIONS = {"msle": False, "mae": False, "accuracy": True, "auc": True}


@pytest.mark.parametrize("name", DIRECTIONS)
def test_which_scores_are_better(name):
    def measured(rate):
        made = model(rate=rate)
        made.compile(made.optimizer, "binary_crossentropy", metrics=[name])
        return made

    found = run({"rate": [1e-4, 0.1]}, make=measured, objective=name, epochs=8)
    values = [np.mean(row["scores"][name]) for row in found.rows]
    assert values == sorted(values, reverse=DIRECTIONS[name])


def test_a_score_of_one_s_own_needs_a_mode():
    def measured(rate):
        made = model(rate=rate)
        made.compile(made.optimizer, "binary_crossentropy", metrics=[lambda y, p: p])
        return made

    with pytest.raises(ValueError, match="give mode="):
        run({"rate": [0.1]}, make=measured, objective="lambda", epochs=1)


def test_a_time_limit(monkeypatch):
    monkeypatch.setattr(searching, "PORTION", 1)
    found = run(seconds=0.0)
    assert len(found.rows) == 1


def test_portions_in_other_processes(monkeypatch):
    joblib = pytest.importorskip("joblib")
    monkeypatch.setattr(searching, "PORTION", 2)
    here, there = run(epochs=2), run(epochs=2, parallel=joblib.Parallel(2))
    for name, values in scores(here).items():
        for score, folds in values.items():
            np.testing.assert_allclose(scores(there)[name][score], folds, rtol=1e-4)


def test_the_best_model():
    found = run()
    best = found.model(X, Y, verbose=0, seed=1)
    assert best.layers[0].units == found.best["units"] and len(best.history.epoch) == 6


def test_rates_of_a_model():
    found = run({"learning_rate": [1e-5, 0.05]}, make=model())
    assert found.best == {"learning_rate": 0.05}


def test_a_plot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    axes = run(
        {"units": [2, 6], "rate": [1e-4, 0.05], "same": [1]}, make=lambda same, **o: model(**o)
    ).plot()
    assert [axis.get_xlabel() for axis in axes] == ["units", "rate"]
    assert axes[1].get_xscale() == "log" and axes[0].get_xscale() == "linear"
    with pytest.raises(ValueError, match="all settings are equal"):
        run({"units": [2]}).plot()


WRONG = {
    "an unknown strategy": (dict(strategy="annealing"), "'grid', 'random' or 'halving'"),
    "an unknown objective": (dict(objective="f1"), "expected one of"),
    "an unknown mode": (dict(mode="best"), "'min' or 'max'"),
    "a factor of one": (dict(strategy="halving", factor=1), "integer >= 2"),
    "a distribution without a number": (dict(settings={"rate": Between()}), "give n"),
    "settings that it does not take": (dict(settings={"depth": [1]}), "depth"),
    "one fold": (dict(folds=1), "integer >= 2"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments(name):
    more, message = WRONG[name]
    with pytest.raises((ValueError, TypeError), match=message):
        run(**more)
