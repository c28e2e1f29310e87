"""The same fit with the same callbacks by Keras and by brickwork: epochs, rates, weights, files."""

import csv

import numpy as np
import pytest
from keras_oracle import keras
from twins import first_weights, trained

import brickwork
from brickwork import callbacks

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 4))
Y = (X[:, :1] * X[:, 1:2] > 0) * 1.0


def make(library, rate=0.9):
    model = library.Sequential(
        [
            library.layers.Input((4,)),
            library.layers.Dense(6, activation="tanh"),
            library.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        library.optimizers.SGD(rate, momentum=0.9),
        "binary_crossentropy",
        metrics=["accuracy", "mse"],
    )
    return model


def both(kinds, epochs=25, **fit):
    """The same training with the same callbacks; each run's `extra` holds them."""
    runs = []
    for library in (brickwork, keras):
        made = kinds(library.callbacks)
        arguments = {
            "x": X,
            "y": Y,
            "batch_size": 10,
            "epochs": epochs,
            "validation_split": 0.25,
            "callbacks": lambda _, made=made: made,
        } | fit
        run = trained(library, make, arguments, "float64", first_weights(make))
        run.extra["callbacks"] = made
        runs.append(run)
    mine, its = runs
    assert mine.epochs == its.epochs
    assert list(mine.history) == list(its.history)
    for name, values in its.history.items():
        np.testing.assert_allclose(mine.history[name], values, rtol=1e-9, err_msg=name)
    for a, b in zip(mine.weights, its.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)
    return mine, its


# Other options are compared on made-up logs: tests/callbacks/test_monitors.py.


@pytest.mark.parametrize(
    "options",
    [
        {"monitor": "val_accuracy", "patience": 2, "restore_best_weights": True},
        {"monitor": "val_mse", "patience": 3},
        {"patience": 50, "restore_best_weights": True},
    ],
    ids=str,
)
def test_early_stopping(options):
    mine, its = both(lambda library: [library.EarlyStopping(**options)])
    a, b = mine.extra["callbacks"][0], its.extra["callbacks"][0]
    assert (a.stopped_epoch, a.best_epoch, a.wait) == (b.stopped_epoch, b.best_epoch, b.wait)
    assert a.best == pytest.approx(b.best, rel=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {"monitor": "val_accuracy", "factor": 0.3, "patience": 3, "min_lr": 0.2},
        {"monitor": "learning_rate", "mode": "max", "patience": 2},
    ],
    ids=str,
)
def test_reduce_lr_on_plateau(options):
    mine, _ = both(lambda library: [library.ReduceLROnPlateau(**options)])
    assert len(set(mine.history["learning_rate"])) > 1


@pytest.mark.parametrize(
    "schedule",
    [
        lambda epoch, rate: rate * 0.9 if epoch > 3 else rate,
        lambda epoch: np.float32(0.5) / (epoch + 1),
    ],
    ids=["of both", "of the epoch"],
)
def test_learning_rate_scheduler(schedule):
    both(lambda library: [library.LearningRateScheduler(schedule)], epochs=8)


@pytest.mark.parametrize(
    "options, fit",
    [({}, {"validation_split": 0.0}), ({"separator": ";", "append": True}, {"validation_freq": 2})],
    ids=str,
)
def test_csv_logger(tmp_path, options, fit):
    files = {
        library: tmp_path / f"{library.__name__}.csv" for library in (callbacks, keras.callbacks)
    }

    def kinds(library):
        return [library.ReduceLROnPlateau("loss"), library.CSVLogger(files[library], **options)]

    both(kinds, epochs=4, **fit)
    both(kinds, epochs=3, **fit)
    mine, its = (
        list(csv.reader(file.read_text().splitlines(), delimiter=options.get("separator", ",")))
        for file in files.values()
    )
    assert files[callbacks].read_bytes().count(b"\r\n") == len(mine) > 3
    assert mine[0] == its[0] and len(mine) == len(its)
    for a, b in zip(mine[1:], its[1:], strict=True):
        assert [v if v == "NA" else pytest.approx(float(v), rel=1e-6) for v in a] == [
            v if v == "NA" else float(v) for v in b
        ]


def test_callbacks_together():
    both(
        lambda library: [
            library.LearningRateScheduler(lambda epoch, rate: rate),
            library.ReduceLROnPlateau("loss", patience=2, factor=0.5),
            library.EarlyStopping("loss", patience=6, restore_best_weights=True),
            library.TerminateOnNaN(),
            library.History(),
            library.ProgbarLogger(),
        ]
    )


def test_verbose_callbacks_say_the_same(capsys):
    said = []
    for library in (brickwork, keras):
        trained(
            library,
            make,
            {
                "x": X,
                "y": Y,
                "epochs": 8,
                "validation_split": 0.25,
                "callbacks": lambda library: [
                    library.callbacks.LearningRateScheduler(lambda epoch, rate: 0.5, verbose=1),
                    library.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=1, verbose=1),
                    library.callbacks.EarlyStopping(
                        "loss", min_delta=1, patience=4, verbose=1, restore_best_weights=True
                    ),
                ],
            },
            "float64",
            first_weights(make),
        )
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] and "early stopping" in said[0]


@pytest.mark.parametrize("swap", [False, True])
def test_averages_are_evaluated(swap):
    def averaging(library, rate=0.1):
        model = make(library)
        model.compile(
            library.optimizers.Adam(rate, use_ema=True, ema_momentum=0.8), "mse", metrics=["mae"]
        )
        return model

    def watching(library, rows):
        class Watch(library.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                rows.append(np.concatenate([np.ravel(w) for w in self.model.get_weights()]))

        return [library.callbacks.SwapEMAWeights(swap), Watch()]

    seen, runs = {brickwork: [], keras: []}, []
    for library, rows in seen.items():
        runs.append(
            trained(
                library,
                averaging,
                {
                    "x": X,
                    "y": Y,
                    "epochs": 6,
                    "validation_split": 0.25,
                    "callbacks": lambda library, rows=rows: watching(library, rows),
                },
                "float64",
                first_weights(averaging),
            )
        )
    np.testing.assert_allclose(seen[brickwork], seen[keras], rtol=1e-8, atol=1e-10)
    for name in runs[1].history:
        np.testing.assert_allclose(runs[0].history[name], runs[1].history[name], rtol=1e-9)
    for a, b in zip(runs[0].weights, runs[1].weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    "name, options",
    [
        ("{epoch:02d}-{val_loss:.2f}.keras", {}),
        (
            "new/folder/{epoch}-{accuracy:.3f}.h5",
            {"save_best_only": True, "monitor": "val_accuracy"},
        ),
        (
            "best-{epoch}.keras",
            {"save_best_only": True, "monitor": "accuracy", "initial_value_threshold": 0.6},
        ),
        ("{epoch}-{batch:02d}.weights.h5", {"save_freq": 3, "save_weights_only": True}),
        # Keras itself fails where the second save is in the first epoch.
        ("best-{epoch}-{batch}.h5", {"save_best_only": True, "monitor": "loss", "save_freq": 5}),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:.*HDF5 file.*legacy")
def test_which_files_are_written_when(tmp_path, name, options):
    """After each epoch, the same files have been written; Keras reads those of brickwork."""
    seen = {}

    def kinds(library):
        folder = tmp_path / library.__name__
        rows, times = seen.setdefault(library is callbacks, []), {}

        class Watch(library.Callback):
            def on_epoch_end(self, epoch, logs=None):
                there = {
                    str(p.relative_to(folder)): p.stat().st_mtime_ns
                    for p in folder.rglob("*")
                    if p.is_file()
                }
                rows.append({file: times.get(file) != time for file, time in there.items()})
                times.update(there)

        return [library.ModelCheckpoint(f"{folder}/{name}", **options), Watch()]

    both(kinds, epochs=6)
    assert len(seen[True]) == 6 and seen[True][-1]
    assert seen[True] == seen[False]
    newest = max((tmp_path / callbacks.__name__).rglob("*.*"), key=lambda p: p.stat().st_mtime_ns)
    if options.get("save_weights_only"):
        read = make(keras)
        read.optimizer.build(read.trainable_variables)
        read.load_weights(newest)
    else:
        assert keras.models.load_model(newest).count_params() == 37
