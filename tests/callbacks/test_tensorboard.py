"""Event files, read back by a reader that is written here from the format's description alone."""

import struct

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.callbacks import Callback, CallbackList, TensorBoard
from brickwork.callbacks.events import EventFile, histogram, keras_model, scalar, varint
from brickwork.data import DataWarning, forget_warnings
from brickwork.errors import ArgumentError

X, Y = np.arange(12.0).reshape(12, 1) / 12, np.ones(12)


def crc32c(data):
    """CRC-32C, a bit at a time."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 * (crc & 1))
    return crc ^ 0xFFFFFFFF


def unmasked(value):
    rotated = (value - 0xA282EAD8) % 2**32
    return (rotated >> 17 | rotated << 15) % 2**32


def records(path):
    """The records of a file, checksums checked."""
    data = path.read_bytes()
    while data:
        (length,), (sum_of_length,) = struct.unpack("<Q", data[:8]), struct.unpack("<I", data[8:12])
        body, (sum_of_body,) = data[12 : 12 + length], struct.unpack("<I", data[12 + length :][:4])
        assert unmasked(sum_of_length) == crc32c(data[:8])
        assert unmasked(sum_of_body) == crc32c(body)
        yield body
        data = data[16 + length :]


def fields(data):
    """A message as {number: [values]}."""
    found, at = {}, 0

    def whole():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = whole()
        size = {1: 8, 5: 4}.get(key & 7)
        if key & 7 == 0:
            value = whole()
        else:
            size = whole() if size is None else size
            value, at = data[at : at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def values(folder):
    """``(tag, plugin, step, array)`` of all values in the files of a folder, in order."""
    for path in sorted(folder.glob("events.out.tfevents.*")):
        first, *rest = map(fields, records(path))
        assert first[3] == [b"brain.Event:2"]
        for event in rest:
            for value in map(fields, fields(event[5][0])[1]):
                metadata, tensor = fields(value[9][0]), fields(value[8][0])
                shape = [fields(d)[1][0] for d in fields(tensor[2][0]).get(2, ())]
                plugin = fields(metadata[1][0])[1][0].decode()
                kind = {1: "<f4", 2: "<f8", 7: None}[tensor[1][0]]
                content = (
                    tensor[8][0].decode()
                    if kind is None
                    else np.frombuffer(tensor[4][0], kind).reshape(shape)
                )
                yield value[1][0].decode(), plugin, event.get(2, [0])[0], content


def scalars(folder):
    return {
        (tag, step): float(value)
        for tag, plugin, step, value in values(folder)
        if plugin == "scalars"
    }


def test_what_is_written_is_read(tmp_path):
    sample = np.array([0.0, 0.25, 1.0, 1.0, np.nan])
    with EventFile(tmp_path) as file:
        file.write(3, scalar("loss", 0.5), scalar("손실", -1.5))
        file.write(2**40, scalar("late", float("nan")))
        file.write(0, histogram("w", sample), histogram("same", [2.0, 2.0]), histogram("no", []))
        file.write(0, keras_model('{"a": 1}'))
    found = {tag: (plugin, step, value) for tag, plugin, step, value in values(tmp_path)}
    assert found["loss"] == ("scalars", 3, 0.5) and found["손실"] == ("scalars", 3, -1.5)
    assert found["late"][1] == 2**40 and np.isnan(found["late"][2])
    plugin, _, rows = found["w"]
    assert plugin == "histograms" and rows.shape == (30, 3)
    assert rows[0, 0] == 0 and rows[-1, 1] == 1 and rows[:, 2].sum() == 4 and rows[-1, 2] == 2
    assert np.allclose(rows[1:, 0], rows[:-1, 1])
    assert found["same"][2].tolist() == [[2.0, 2.0, 0.0]] * 29 + [[2.0, 2.0, 2.0]]
    assert not found["no"][2].any()
    assert found["keras"] == ("graph_keras_model", 0, '{"a": 1}')


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32, 2**63 - 1])
def test_whole_numbers(number):
    assert fields(b"\x08" + varint(number)) == {1: [number]}


def model_of(**options):
    model = brickwork.Sequential([layers.Dense(2, input_dim=1, name="hidden"), layers.Dense(1)])
    model.compile(brickwork.optimizers.Adam(0.0625), "mse", metrics=["mae"])
    return model


def fit(callback, *others, model=None, epochs=2, **options):
    options = {"batch_size": 4, "verbose": 0} | options
    return (model or model_of()).fit(X, Y, epochs=epochs, callbacks=[callback, *others], **options)


def test_curves_of_epochs(tmp_path):
    history = fit(TensorBoard(tmp_path), validation_data=(X, Y)).history
    train, validation = scalars(tmp_path / "train"), scalars(tmp_path / "validation")
    assert train == {
        (f"epoch_{name}", epoch): np.float32(value)
        for name, row in (
            ("loss", history["loss"]),
            ("mae", history["mae"]),
            ("learning_rate", [0.0625] * 2),
        )
        for epoch, value in enumerate(row)
    }
    assert validation == {
        (tag.format(name), step): np.float32(value)
        for name in ("loss", "mae")
        for epoch, value in enumerate(history[f"val_{name}"])
        for tag, step in (("epoch_{}", epoch), ("evaluation_{}_vs_iterations", 3 * epoch + 3))
    }


def test_numbers_of_each_class_are_no_curve(tmp_path):
    model = brickwork.Sequential([layers.Dense(2, activation="sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy", metrics=[brickwork.metrics.F1Score()])
    model.fit(X, np.eye(2)[[0, 1] * 6], verbose=0, callbacks=TensorBoard(tmp_path))
    assert {tag for tag, _ in scalars(tmp_path / "train")} == {"epoch_loss", "epoch_learning_rate"}


@pytest.mark.parametrize("frequency, steps", [("batch", range(1, 7)), (2, (2, 4, 6))])
def test_curves_of_batches(tmp_path, frequency, steps):
    fit(TensorBoard(tmp_path, update_freq=frequency, write_steps_per_second=True))
    train = scalars(tmp_path / "train")
    for name in ("batch_loss", "batch_mae", "batch_steps_per_second"):
        assert [step for tag, step in train if tag == name] == list(steps)
    assert train["epoch_steps_per_second", 0] > 0


def test_histograms_of_weights(tmp_path):
    model = model_of()
    fit(TensorBoard(tmp_path, histogram_freq=2), model=model, epochs=4)
    found = {
        (tag, step): rows
        for tag, plugin, step, rows in values(tmp_path / "train")
        if plugin == "histograms"
    }
    names = {f"{w.path}/histogram" for layer in model.layers for w in layer.weights}
    assert set(found) == {(name, step) for name in names for step in (0, 2)}
    assert all(rows[:, 2].sum() in (1, 2) for rows in found.values())


def test_the_graph_of_a_model_that_has_one(tmp_path):
    class Reporting(brickwork.Sequential):
        def to_json(self):
            return '{"class_name": "Sequential"}'

    for write, wanted in ((True, 1), (False, 0)):
        model = Reporting([layers.Dense(1, input_dim=1)])
        model.compile("sgd", "mse")
        fit(TensorBoard(tmp_path / str(write), write_graph=write), model=model)
        graphs = [v for v in values(tmp_path / str(write) / "train") if v[0] == "keras"]
        assert len(graphs) == wanted


def test_each_training_has_its_files_and_they_are_closed(tmp_path):
    class Breaks(Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise RuntimeError

    board, model = TensorBoard(tmp_path), model_of()
    fit(board, model=model)
    with pytest.raises(RuntimeError):
        fit(board, Breaks(), model=model)
    model.evaluate(X, Y, verbose=0, callbacks=[board])
    assert len(list((tmp_path / "train").iterdir())) == 2
    assert set(scalars(tmp_path / "validation")) == {
        (f"evaluation_{name}_vs_iterations", 9) for name in ("loss", "mae")
    }
    assert not board._files


def test_batches_are_written_only_on_request():
    assert not CallbackList(TensorBoard("x")).per_batch
    assert CallbackList(TensorBoard("x", update_freq=10)).per_batch


def test_what_is_not_written_is_said_once():
    forget_warnings()
    with pytest.warns(DataWarning) as said:
        for _ in range(2):
            TensorBoard("x", write_images=True, embeddings_freq=1, profile_batch=(1, 2))
    assert [str(w.message).partition(":")[0] for w in said] == [
        "TensorBoard.images",
        "TensorBoard.profiles",
        "TensorBoard.embeddings",
    ]


@pytest.mark.parametrize(
    "options",
    [{"log_dir": ""}, {"update_freq": "day"}, {"update_freq": 0}, {"histogram_freq": -1}],
    ids=str,
)
def test_refusals(options):
    with pytest.raises(ArgumentError, match=f"TensorBoard.{next(iter(options))}"):
        TensorBoard(**options)
