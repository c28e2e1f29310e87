"""Training, evaluation and prediction on data that come in windows."""

import threading
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import brickwork
from brickwork import callbacks, data, layers, utils
from brickwork.data import facts, windows
from brickwork.models import Sequential
from brickwork.utils import clear_session

RNG = np.random.default_rng(0)
ROWS, BATCH = 330, 16
X = RNG.normal(size=(ROWS, 5)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")


def table_of(x, y, path, group=25):
    columns = {f"c{i}": x[:, i] for i in range(x.shape[1])} | {"y": y}
    pq.write_table(pa.table(columns), path, row_group_size=group)
    return utils.ParquetTable(path)


def mapped(x, y, path):
    np.save(path / "x.npy", x)
    return np.load(path / "x.npy", mmap_mode="r"), y


def in_parquet(x, y, path):
    table = table_of(x, y, path / "t.parquet")
    return table.drop("y"), table["y"]


FORMS = {"parquet": in_parquet, "map": mapped}


NATIVE = ["parquet native", "map native"]


@pytest.fixture(params=[*NATIVE, "parquet jax"])
def case(request):
    """A form of the data, and an engine."""
    return request.param.split()


@pytest.fixture
def held(case, tmp_path, monkeypatch):
    """Makes of arrays what is too large for memory, as all data are from then on; a window has
    three batches."""

    def make(x=X, y=Y):
        monkeypatch.setattr(facts, "LARGE", 100)
        monkeypatch.setattr(facts, "memory", lambda: 0)
        monkeypatch.setattr(windows, "WINDOW", 24 * BATCH * 3)
        monkeypatch.setattr(windows, "BLOCK", 300)
        return FORMS[case[0]](x, y, tmp_path)

    return make


@pytest.fixture
def engine(case):
    return case[1]


def model(engine="native", **options):
    utils.set_random_seed(3)
    found = Sequential(
        [
            layers.Input((5,)),
            layers.Dense(8, "relu"),
            layers.Dropout(0.1),
            layers.Dense(1, "sigmoid"),
        ]
    )
    found.compile("adam", "binary_crossentropy", metrics=["accuracy"], engine=engine, **options)
    return found


def outcome(found, x, y, **more):
    options = {"epochs": 3, "batch_size": BATCH, "verbose": 0, "shuffle": False} | more
    history = found.fit(x, y, **options).history
    return history, [w.tobytes() for w in found.get_weights()]


WAYS = {
    "plain": lambda: {},
    "steps": lambda: {"steps_per_epoch": 5, "epochs": 9},
    "dropped": lambda: {"last_batch": "drop"},
    "scaled": lambda: {"last_batch": "scale"},
    "weighed": lambda: {"class_weight": {0: 1.0, 1: 2.5}},
    "by epoch": lambda: {"callbacks": [callbacks.LambdaCallback(on_epoch_end=lambda *_: None)]},
    "by batch": lambda: {
        "callbacks": [callbacks.LambdaCallback(on_train_batch_end=lambda *_: None)]
    },
    "validation": lambda: {"validation_data": (X[:50], Y[:50])},
    "large batches": lambda: {"batch_size": 300},
    "continued": lambda: {"on_nan": "continue"},
}


def cases(all_of_them, of_jax):
    """Forms and engines with each of some values; with fewer of JAX, which compiles for each."""
    native = [(form.split(), value) for form in NATIVE for value in all_of_them]
    return [*native, *((["parquet", "jax"], value) for value in of_jax)]


@pytest.mark.filterwarnings("ignore:fit.steps_per_epoch")
@pytest.mark.parametrize(
    "case, way", cases(WAYS, ("plain", "steps", "scaled", "by batch", "validation"))
)
def test_the_bits_are_those_of_arrays(held, engine, way):
    """In the order of the rows nothing tells windows from arrays."""
    wanted = outcome(model(engine), X, Y, **WAYS[way]())
    assert outcome(model(engine), *held(), **WAYS[way]()) == wanted


def test_validation_on_windows(held, engine):
    wanted = outcome(model(engine), X, Y, validation_data=(X, Y))
    split = outcome(model(engine), X, Y, validation_split=0.25)
    x, y = held()
    assert outcome(model(engine), x, y, validation_data=(x, y)) == wanted
    assert outcome(model(engine), x, y, validation_split=0.25) == split


def test_evaluate_and_predict(held, engine):
    found = model(engine)
    scores, outputs = found.evaluate(X, Y, verbose=0), found.predict(X, verbose=0)
    x, y = held()
    assert found.evaluate(x, y, verbose=0) == scores
    # Another number of rows at once may be rounded otherwise by XLA.
    np.testing.assert_allclose(found.predict(x, verbose=0), outputs, rtol=1e-5)
    assert found.predict(x, batch_size=10, steps=3, verbose=0).shape == (30, 1)


def rows_of(found, turn):
    """The rows of a pass over the data, in the order in which they are used."""
    taken, start = [], 0
    while start < found.source.rows:
        window = found.at(turn, start)
        assert window.first == start and window.arrays.rows % BATCH in (0, ROWS % BATCH)
        stop = start + window.arrays.rows
        taken.append(window.batch(start, stop))
        start = stop
    return np.concatenate([t.x[0] for t in taken]), np.concatenate([t.y[0] for t in taken])


def windows_of(x, y, seed):
    expects = model()._expectation()
    source = data.for_fit(x, y, expects=expects).data
    assert source.in_windows
    return data.Windows(source, expects, data.Call("fit"), BATCH, seed, turns=3)


def test_each_row_comes_once_in_an_order_of_its_own_in_each_pass(held):
    x, y = held()
    passes = [rows_of(windows_of(x, y, 7), turn) for turn in (0, 1)]
    again = windows_of(x, y, 7)
    for turn in (0, 1):
        assert np.array_equal(rows_of(again, turn)[0], passes[turn][0])
    assert not np.array_equal(passes[0][0], passes[1][0])
    assert not np.array_equal(passes[0][0], rows_of(windows_of(x, y, 8), 0)[0])
    order = np.lexsort(X.T)
    for rows, targets in passes:
        back = np.lexsort(rows.T)
        np.testing.assert_array_equal(rows[back], X[order])
        np.testing.assert_array_equal(targets[back], Y[order])


def test_blocks_are_mixed(held):
    """The rows of a window come from all over the data."""
    x, y = held(np.arange(ROWS, dtype="float32")[:, None] * np.ones(5, "float32"))
    first = windows_of(x, y, 7).at(0, 0).arrays.x[0][:, 0]
    assert np.ptp(first) > ROWS / 2
    assert np.abs(np.diff(first)).max() > 1


def test_shuffled_training_learns_and_repeats_itself(held, engine):
    x, y = held()
    found = [outcome(model(engine), x, y, shuffle=True, epochs=20) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0][0]["loss"][-1] < 0.8 * found[0][0]["loss"][0]


@pytest.mark.parametrize("case, row", cases((3, 200), (200,)))
def test_a_loss_that_is_not_finite_is_reported_as_for_arrays(held, engine, row):
    x = X.copy()
    x[row] = 3e38
    said = []
    for make in (lambda x: (x, Y), held):
        clear_session()
        found, given = model(engine), make(x)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            history = outcome(found, *given, epochs=2)
        messages = [str(w.message) for w in caught if w.category is RuntimeWarning]
        said.append((messages, history[1], np.isnan(history[0]["loss"]).tolist()))
    assert said[0] == said[1] and len(said[0][0]) == 1


@pytest.mark.parametrize("row", [0, 41, 329])
@pytest.mark.parametrize("shuffle", [False, True])
def test_values_that_no_model_takes_are_refused(held, engine, row, shuffle):
    x = X.copy()
    x[row, 2] = np.nan
    found = model(engine)
    with pytest.raises(ValueError, match=r"fit\.x .*: got NaN at row \d+, column"):
        found.fit(*held(x), batch_size=BATCH, verbose=0, shuffle=shuffle)
    assert all(np.isfinite(w).all() for w in found.get_weights())


def test_a_message_names_the_row_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 100)
    x = X.copy()
    x[207, 2] = np.nan
    given, y = in_parquet(x, Y, tmp_path)
    with pytest.raises(ValueError, match=r"fit\.x \(rows from 200 on\): got NaN at row 7, column"):
        model().fit(given[100:], y[100:], verbose=0)


def test_what_is_said_of_data_points_at_the_line_of_fit(held):
    """What every window has is said once."""
    x, y = held()
    data.forget_warnings()
    found = model()
    found.compile("sgd", "mean_absolute_percentage_error")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found.fit(x, y, batch_size=BATCH, epochs=2, verbose=0)
    (only,) = caught
    assert only.category is data.DataWarning and only.filename == __file__
    assert "got values of 0, first at row" in str(only.message)


def test_the_reader_fails_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 100)
    monkeypatch.setattr(windows, "WINDOW", 24 * BATCH * 3)
    x, y = in_parquet(X, Y, tmp_path)
    found = model()

    class Spoil(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            with (tmp_path / "t.parquet").open("r+b") as file:
                file.truncate(100)

    with pytest.raises(OSError, match=r"t\.parquet"):
        found.fit(x, y, epochs=9, batch_size=BATCH, verbose=0, callbacks=[Spoil()])


SHORT = [(rows, batch) for rows in (298, 290, 97, 33, 5) for batch in (32, 300)]


@pytest.mark.parametrize("case, short", cases(SHORT, [(298, 32), (33, 300)]))
def test_a_short_last_window(held, engine, short):
    """It has fewer rows than half a batch, or there are fewer in all."""
    rows, batch = short
    wanted = outcome(model(engine), X[:rows], Y[:rows], batch_size=batch)
    x, y = held(X[:rows], Y[:rows])
    assert outcome(model(engine), x, y, batch_size=batch) == wanted
    assert np.isfinite(
        outcome(model(engine), x, y, batch_size=batch, shuffle=True)[0]["loss"]
    ).all()


def test_steps_of_the_users_own_get_checked_rows(held):
    class Own(Sequential):
        def train_step(self, data):
            return super().train_step(data)

    x = X.copy()
    x[200, 1] = np.nan
    found = Own([layers.Input((5,)), layers.Dense(1)])
    found.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"fit\.x .*: got NaN at row"):
        found.fit(*held(x), batch_size=BATCH, verbose=0)


def test_row_groups_larger_than_windows_are_said(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 100)
    monkeypatch.setattr(windows, "WINDOW", 24 * BATCH * 3)
    table = table_of(X, Y, tmp_path / "t.parquet", group=200)
    data.forget_warnings()
    with pytest.warns(data.DataWarning, match="got row groups of 200 rows, and windows of 48"):
        model().fit(table.drop("y"), table["y"], batch_size=BATCH, verbose=0)


def test_no_thread_is_left(held):
    x, y = held()
    outcome(model(), x, y)
    with pytest.raises(Stop):
        outcome(model(), x, y, callbacks=[callbacks.LambdaCallback(on_epoch_end=stop)])
    for thread in threading.enumerate():
        if thread.name == "brickwork-reader":
            thread.join(5)
            assert not thread.is_alive()


def stop(epoch, logs):
    raise Stop


def test_rows_a_second_are_shown(held, capsys):
    model().fit(X, Y, epochs=1, batch_size=BATCH, verbose=2)
    assert "rows/s" not in capsys.readouterr().out
    model().fit(*held(), epochs=2, batch_size=BATCH, verbose=2)
    lines = [line for line in capsys.readouterr().out.splitlines() if "loss" in line]
    assert len(lines) == 2 and all("rows/s - " in line for line in lines)


def test_a_model_that_is_not_built_takes_columns_from_the_table(held):
    x, y = held()
    found = Sequential([layers.Dense(1)])
    found.compile("sgd", "mse")
    found.fit(x, y, verbose=0)
    assert found.layers[0].kernel.shape == (5, 1)


@pytest.mark.parametrize("split", ["shuffle", "stratify", np.arange(ROWS)])
def test_rows_of_a_file_are_split_at_its_end_alone(tmp_path, monkeypatch, split):
    monkeypatch.setattr(facts, "LARGE", 100)
    with pytest.raises(ValueError, match=r"fit\.split: got .* file, expected 'tail'"):
        model().fit(*in_parquet(X, Y, tmp_path), validation_split=0.2, split=split, verbose=0)


class Stop(Exception):
    pass


@pytest.mark.parametrize("case, steps", cases((7, 47), (7,)))
def test_a_training_is_resumed_within_an_epoch(held, engine, tmp_path, steps):
    x, y = held()

    class Interrupt(callbacks.Callback):
        left = steps

        def on_train_batch_end(self, batch, logs=None):
            self.left -= 1
            if self.left == 0:
                raise Stop

    def kept():
        return callbacks.BackupAndRestore(tmp_path / "backup", save_freq=5)

    wanted = outcome(model(engine), x, y, shuffle=True)
    with pytest.raises(Stop):
        outcome(model(engine), x, y, shuffle=True, callbacks=[kept(), Interrupt()])
    assert outcome(model(engine), x, y, shuffle=True, callbacks=[kept()])[1] == wanted[1]


def test_nothing_is_read_in_vain(held):
    """The reader reads the next window, and none after the last one."""
    x, y = held()
    read, plain = [], windows.Windows._read

    def noted(self, *wanted):
        read.append(wanted)
        return plain(self, *wanted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows.Windows, "_read", noted)
        outcome(model(), x, y, shuffle=True, epochs=2)
        count = -(-ROWS // (3 * BATCH))
        assert sorted(read) == [(turn, i) for turn in (0, 1) for i in range(count)]
        read.clear()
        model().predict(x, verbose=0)
        assert sorted(read) == [(0, i) for i in range(len(read))]


def test_inputs_by_name(tmp_path):
    table = table_of(X, Y, tmp_path / "t.parquet")
    inputs = [layers.Input((1,), name=name) for name in table.drop("y").columns]
    joined = layers.Dense(1)(layers.Concatenate()(inputs))
    found = brickwork.Model(inputs, joined)
    found.compile("sgd", "mse")
    assert np.isfinite(found.fit(table.drop("y"), table["y"], verbose=0).history["loss"]).all()


def test_a_small_table_is_shuffled_as_arrays_are(tmp_path):
    x, y = in_parquet(X, Y, tmp_path)
    assert outcome(model(), x, y, shuffle=True) == outcome(model(), X, Y, shuffle=True)
