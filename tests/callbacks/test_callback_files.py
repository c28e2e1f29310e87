"""Callbacks that write files: models and tables. `BackupAndRestore` has its own tests:
tests/models/test_resume.py."""

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.callbacks import Callback, CallbackList, CSVLogger, ModelCheckpoint
from brickwork.errors import ArgumentError

X, Y = np.arange(12.0).reshape(12, 1) / 12, np.ones(12)


def model_of(kind=brickwork.Sequential):
    model = kind(
        [
            layers.Dense(2, input_dim=1, kernel_initializer="ones"),
            layers.Dense(1, kernel_initializer="ones"),
        ]
    )
    model.compile(brickwork.optimizers.Adam(0.05), "mse", metrics=["mae"])
    return model


def fit(model, *callbacks, epochs=4, **options):
    options = {"shuffle": False, "batch_size": 4, "verbose": 0} | options
    return model.fit(X, Y, epochs=epochs, callbacks=list(callbacks), **options)


class TestModelCheckpoint:
    def names(self, folder):
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def test_a_file_for_each_epoch(self, tmp_path):
        fit(
            model_of(),
            ModelCheckpoint(tmp_path / "new" / "{epoch:02d}-{val_loss:.1f}.brick"),
            validation_data=(X, Y * 0),
            epochs=2,
        )
        assert [n[:7] for n in self.names(tmp_path)] == ["new/01-", "new/02-"]

    def test_a_file_after_some_batches(self, tmp_path):
        fit(
            model_of(),
            ModelCheckpoint(
                f"{tmp_path}/{{epoch}}-{{batch}}.brick", save_weights_only=True, save_freq=2
            ),
        )
        assert self.names(tmp_path) == [
            f"{e}-{b}.brick" for e, b in ((1, 2), (2, 1), (2, 3), (3, 2), (4, 1), (4, 3))
        ]

    def drive(self, values, **options):
        """The numbers of the epochs that were written."""
        written = []

        class Double:
            metrics = ()

            def save(self, path, overwrite):
                written.append(int(path.partition(".")[0]))

        checkpoint = ModelCheckpoint("{epoch}.keras", monitor="score", **options)
        checkpoint.set_model(Double())
        for epoch, value in enumerate(values):
            checkpoint.on_epoch_end(epoch, {"score": value})
        return written

    @pytest.mark.parametrize(
        "options, wanted",
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"every": 2}, [2, 4]),
            ({"save_best_only": True, "mode": "max"}, [1, 2, 5]),
            ({"save_best_only": True, "mode": "min"}, [1, 3, 4]),
            ({"save_best_only": True, "mode": "max", "initial_value_threshold": 2.0}, [5]),
            ({"save_best_only": True, "mode": "min", "initial_value_threshold": 0.5}, [4]),
        ],
        ids=str,
    )
    def test_which_are_written(self, options, wanted):
        assert self.drive([1.0, 2.0, 0.5, 0.25, 3.0], **options) == wanted

    def test_what_it_says(self, capsys):
        self.drive([1.0, 2.0], save_best_only=True, mode="min", verbose=1)
        assert capsys.readouterr().out == (
            "\nEpoch 1: score improved from None to 1.00000, saving model to 1.keras\n"
            "\nEpoch 1: finished saving model to 1.keras\n"
            "\nEpoch 2: score did not improve from 1.00000\n"
        )

    @pytest.mark.parametrize(
        "make, message",
        [
            (
                lambda: ModelCheckpoint("a.pkl"),
                r"filepath: got 'a.pkl', expected a name that ends in",
            ),
            (lambda: ModelCheckpoint("a.keras", save_weights_only=True), r"or \.weights\.h5"),
            (lambda: ModelCheckpoint(""), "expected the name of a file"),
            (
                lambda: ModelCheckpoint("a.keras", save_freq=0),
                "save_freq: got 0, expected 'epoch' or",
            ),
            (lambda: ModelCheckpoint("a.keras", save_freq="batch"), "save_freq: got 'batch'"),
        ],
    )
    def test_refusals(self, make, message):
        with pytest.raises(ArgumentError, match=message):
            make()

    @pytest.mark.parametrize(
        "name, options, message",
        [
            ("{val_loss}.keras", {}, r"got {val_loss} in .* expected one of|did you mean"),
            ("{mea}.keras", {}, "did you mean 'mae'"),
            ("{batch}.keras", {}, r"got {batch}"),
            ("{learning_rate}.keras", {"save_freq": 1}, "got {learning_rate}"),
            (
                "a.keras",
                {"save_freq": 1, "save_best_only": True, "monitor": "val_loss"},
                "at the end of a batch; use save_freq='epoch'",
            ),
        ],
    )
    def test_names_that_no_logs_will_have(self, tmp_path, name, options, message):
        model = model_of()
        validation = {"validation_data": (X, Y)} if options else {}
        with pytest.raises(ArgumentError, match=message):
            fit(model, ModelCheckpoint(str(tmp_path / name), **options), **validation)
        assert int(model.optimizer.iterations) == 0 and not self.names(tmp_path)

    def test_a_folder_in_the_files_place(self, tmp_path):
        (tmp_path / "a.keras").mkdir()
        with pytest.raises(IsADirectoryError, match="is a folder"):
            fit(model_of(), ModelCheckpoint(tmp_path / "a.keras"))

    def test_a_model_that_cannot_be_written(self, monkeypatch):
        class Unwritten(brickwork.Sequential):
            save = save_weights = None

        with pytest.raises(NotImplementedError, match=r"an? Unwritten has no save\(...\)"):
            fit(model_of(Unwritten), ModelCheckpoint("a.keras"))

    def test_only_who_counts_batches_listens_to_them(self):
        assert not CallbackList(ModelCheckpoint("a.keras")).per_batch
        assert CallbackList(ModelCheckpoint("a.keras", save_freq=2)).per_batch

    def test_a_subclass_may_override_the_hooks(self):
        class Mine(ModelCheckpoint):
            seen = 0

            def on_train_batch_end(self, batch, logs=None):
                super().on_train_batch_end(batch, logs)
                self.seen += 1

        mine = Mine("a.keras")
        assert CallbackList(mine).per_batch
        mine.on_train_batch_end(0, {})
        assert mine.seen == 1


class Breaks(Callback):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if self.epoch == epoch:
            raise RuntimeError("interrupted")


class TestCSVLogger:
    def test_a_file_that_cannot_be_written_is_known_before_the_first_step(self, tmp_path):
        model = model_of()
        with pytest.raises(FileNotFoundError):
            fit(model, CSVLogger(tmp_path / "none" / "log.csv"))
        assert int(model.optimizer.iterations) == 0

    def test_an_old_table_outlives_a_refusal(self, tmp_path):
        file = tmp_path / "log.csv"
        file.write_text("precious")
        with pytest.raises(ArgumentError):
            fit(model_of(), CSVLogger(file), brickwork.callbacks.EarlyStopping("none"))
        assert file.read_text() == "precious"
        fit(model_of(), CSVLogger(file), epochs=1)
        assert file.read_text().startswith("epoch,loss,mae,val_loss,val_mae\n0,")

    def test_lists_and_missing_values(self, tmp_path):
        file = tmp_path / "log.csv"
        rows = iter([{"f": [1, 2], "g": np.float32(0.5), "val_a": "x"}, {"g": np.array(2.0)}])
        logger = CSVLogger(file)
        logger.on_train_begin()
        for epoch, row in enumerate(rows):
            logger.on_epoch_end(epoch, row)
        logger.on_train_end()
        assert file.read_text().splitlines() == [
            "epoch,f,g,val_a",
            '0,"""[1, 2]""",0.5,x',
            "1,NA,2.0,NA",
        ]

    def test_is_closed_however_fit_ends(self, tmp_path):
        logger = CSVLogger(tmp_path / "log.csv")
        with pytest.raises(RuntimeError):
            fit(model_of(), logger, Breaks(2))
        assert logger._file is None
        assert len((tmp_path / "log.csv").read_text().splitlines()) == 3

    def test_unusual_arguments(self):
        for bad in ({"filename": ""}, {"filename": "x", "separator": ";;"}):
            with pytest.raises(ArgumentError, match="CSVLogger"):
                CSVLogger(**bad)
