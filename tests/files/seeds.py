"""Good files and configs from which fuzzing begins: every layer, in models of several kinds."""

from __future__ import annotations

import io
import json
import random
import tempfile
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import good_files

import brickwork
from brickwork import Model, Sequential, layers
from brickwork.fields import explicit
from brickwork.registry import Registry
from brickwork.saving import brick

#: Arguments and the shape of one row, or several.
LAYERS = {
    "Dense": [
        ({"units": 2, "activation": "relu"}, (3,)),
        ({"units": 2, "kernel_regularizer": "l2", "bias_constraint": "max_norm"}, (2, 3)),
    ],
    "EinsumDense": [({"equation": "ab,bc->ac", "output_shape": 2, "bias_axes": "c"}, (3,))],
    "Embedding": [({"input_dim": 5, "output_dim": 2, "mask_zero": True}, (3,))],
    "Flatten": [({}, (2, 3))],
    "Reshape": [({"target_shape": (3, 2)}, (6,))],
    "Permute": [({"dims": (2, 1)}, (2, 3))],
    "RepeatVector": [({"n": 2}, (3,))],
    "Identity": [({}, (3,))],
    "Dropout": [({"rate": 0.5, "seed": 1}, (3,))],
    "AlphaDropout": [({"rate": 0.5, "seed": 1}, (3,))],
    "SpatialDropout1D": [({"rate": 0.5, "seed": 1}, (2, 3))],
    "GaussianNoise": [({"stddev": 0.5, "seed": 1}, (3,))],
    "GaussianDropout": [({"rate": 0.5, "seed": 1}, (3,))],
    "Activation": [({"activation": "tanh"}, (3,))],
    "ELU": [({}, (3,))],
    "LeakyReLU": [({}, (3,))],
    "PReLU": [({}, (3,))],
    "ReLU": [({"max_value": 6.0}, (3,))],
    "Softmax": [({}, (3,))],
    "ActivityRegularization": [({"l1": 0.1}, (3,))],
    "BatchNormalization": [({}, (3,)), ({"renorm": True}, (3,))],
    "LayerNormalization": [({}, (3,))],
    "GroupNormalization": [({"groups": 2}, (4,))],
    "RMSNormalization": [({}, (3,))],
    "UnitNormalization": [({}, (3,))],
    "SpectralNormalization": [({"layer": lambda: layers.Dense(2)}, (3,))],
    "TimeDistributed": [({"layer": lambda: layers.Dense(2)}, (2, 3))],
    "Masking": [({"mask_value": 0.0}, (2, 3))],
    "Rescaling": [({"scale": 0.5}, (3,))],
    "Normalization": [({"mean": 1.0, "variance": 2.0}, (3,))],
    "GlobalAveragePooling1D": [({}, (2, 3))],
    "GlobalMaxPooling1D": [({}, (2, 3))],
    "CategoryEncoding": [({"num_tokens": 4}, (3,))],
    "Discretization": [({"bin_boundaries": [0.0, 1.0]}, (3,))],
    "Hashing": [({"num_bins": 4}, (1,))],
    "HashedCrossing": [({"num_bins": 4}, [(1,), (1,)])],
    "IntegerLookup": [({"vocabulary": [1, 2], "output_mode": "multi_hot"}, (2,))],
    "StringLookup": [({"vocabulary": ["a", "b"]}, (1,))],
    "TextVectorization": [({"vocabulary": ["a", "b"], "output_sequence_length": 3}, (1,))],
    "Lambda": [({"function": "relu"}, (3,))],
    **{
        name: [({}, [(3,), (3,)])]
        for name in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate")
    },
    "Dot": [({"axes": 1}, [(3,), (3,)])],
}
_STRINGS = ("StringLookup", "TextVectorization")
_WHOLE = ("Hashing", "HashedCrossing", "IntegerLookup", "Embedding", "CategoryEncoding")
_OPTIMIZERS = ("sgd", "adam", "rmsprop", "adagrad", "adamax", "nadam", "ftrl", "lion", "adamw")
_LOSSES = ("mse", "mae", "huber", "log_cosh", "binary_crossentropy")
_METRICS = ([], ["mae"], ["accuracy", "mse"])


def _model(name: str, arguments: dict, rows, draw: random.Random):
    """A model that begins with the layer, of a kind and compiled as it falls out."""
    made = {key: value() if callable(value) else value for key, value in arguments.items()}
    layer = getattr(layers, name)(**made)
    kind = "string" if name in _STRINGS else "int32" if name in _WHOLE else None
    several = isinstance(rows, list)
    inputs = [layers.Input(row, dtype=kind) for row in (rows if several else [rows])]
    way = draw.randrange(3)
    if way == 0 and not several:
        model = Sequential([inputs[0], layer])
        if name not in _STRINGS and draw.random() < 0.5:
            model.add(layers.Flatten())
            model.add(layers.Dense(1, draw.choice(("linear", "sigmoid", "swish"))))
    else:
        output = layer(inputs if several else inputs[0])
        if way == 1 and len(output.shape) > 1:
            output = layers.Dense(2)(layers.Rescaling(0.5)(output)) * 2.0
        model = Model(inputs, output)
    if draw.random() < 0.6:
        model.compile(draw.choice(_OPTIMIZERS), draw.choice(_LOSSES), metrics=draw.choice(_METRICS))
    return model


def _file(model) -> bytes:
    """What `save` writes, without a disk."""
    parts: list[bytes] = []
    kept, brick.write = brick.write, lambda path, made: parts.extend(map(bytes, made))
    try:
        brick.save(model, "m.brick")
    finally:
        brick.write = kept
    return b"".join(parts)


@cache
def all_models(number: int) -> tuple:
    """`number` models, every layer in turn."""
    draw, found = random.Random(0), []
    brickwork.utils.set_random_seed(0)
    cases = [(name, *case) for name, listed in LAYERS.items() for case in listed]
    while len(found) < number:
        found.append(_model(*cases[len(found) % len(cases)], draw))
    return tuple(found)


@cache
def files(number: int = 1_000) -> list[bytes]:
    """Files of whole models, and of those that the attacks begin from."""
    good = [
        file_of(name)
        for name in good_files.MODELS
        for file_of in (good_files.file_of, good_files.weights_of)
    ]
    return [*good, *map(_file, all_models(number))]


@cache
def models(number: int = 1_000) -> list[bytes]:
    """Configs of models, as `to_json` writes them."""
    return [model.to_json().encode() for model in all_models(number)]


def _each_layer(number: int):
    return (layer for model in all_models(number) for layer in model.layers)


@cache
def configs(number: int = 1_000) -> list[bytes]:
    """Configs of layers, every second one with all of its arguments."""
    found = []
    for i, layer in enumerate(_each_layer(number)):
        if i % 2:
            with explicit():
                found.append(json.dumps(Registry.serialize(layer)).encode())
        else:
            found.append(json.dumps(Registry.serialize(layer)).encode())
    return found


@cache
def objects(number: int = 1_000) -> list[bytes]:
    """Configs of objects of every catalogue, in Keras's form."""
    from brickwork import constraints, initializers, losses, metrics, optimizers, regularizers
    from brickwork.optimizers import schedules

    found = []
    for catalogue in (
        constraints,
        initializers,
        losses,
        metrics,
        optimizers,
        regularizers,
        schedules,
    ):
        for item in catalogue.registry.items():
            try:
                found.append(brickwork.saving.serialize_keras_object(item()))
            except (TypeError, ValueError, NotImplementedError):  # it needs arguments
                continue
    made = [*found, *map(brickwork.saving.serialize_keras_object, _each_layer(number))]
    return [json.dumps(config).encode() for config in made]


@cache
def victim():
    """A model for `load_weights`."""
    return good_files.small()


@cache
def keras_files(number: int = 1_000) -> list[bytes]:
    """Models in ``.keras`` and ``.h5`` files: ours, in each form of HDF5, and those of others."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for make in (good_files.small, good_files.graph, good_files.texts, good_files.wrapped):
            for end in (".keras", ".h5"):
                path = Path(folder) / f"model{end}"
                with suppress(NotImplementedError, ValueError):  # .h5 has no vocabularies
                    make().save(path)
                    found.append(path.read_bytes())
    found += [
        _of_other_form(data, form)
        for data in found
        if data[:2] != b"PK"
        for form in ("earliest", "latest")
    ]
    for path in sorted(Path(__file__).parent.glob("keras/*.zip")):
        with zipfile.ZipFile(path) as archive:
            found += [
                archive.read(name)
                for name in archive.namelist()
                if name.startswith(("chain.", "rmsprop.h5", "branches.keras"))
            ]
    return found


def _of_other_form(data: bytes, form: str) -> bytes:
    """An HDF5 file with compressed chunks, or with attributes in dense storage."""
    import h5py

    made = io.BytesIO()
    with h5py.File(io.BytesIO(data)) as file, h5py.File(made, "w", libver=form) as target:

        def take(name, item):
            if isinstance(item, h5py.Group):
                place = target.require_group(name)
            else:
                packed = (
                    {"chunks": True, "compression": "gzip", "shuffle": True, "fletcher32": True}
                    if form == "earliest" and item.size > 1
                    else {}
                )
                place = target.create_dataset(name, data=item[()], **packed)
            place.attrs.update(item.attrs)
            for i in range(10 if form == "latest" else 0):
                place.attrs[f"other{i}"] = i

        take("/", file)
        file.visititems(take)
    return made.getvalue()
