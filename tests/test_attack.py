"""Every declared argument of every class, and of the methods of a model, is given every odd
value: it is refused by its name, or kept as what it means."""

from __future__ import annotations

import importlib
import math
import pkgutil
import warnings

import numpy as np
import ours
import pytest
from attack import ATTACKS, plainly_right
from bad_parts import B, X

import brickwork
from brickwork import Model, Sequential, data, layers
from brickwork.data.fit_arguments import ARGUMENTS
from brickwork.dialects.columns.categories import categorical_column_with_identity
from brickwork.dialects.columns.numeric import numeric_column
from brickwork.fields import REQUIRED, Configurable, field
from brickwork.layers.table.kinds import NumberColumn

#: What the arguments that must be given are given while another one is attacked.
GIVEN = {
    "initial_learning_rate": 0.1,
    "rate": 0.5,
    "num_classes": 3,
    "learning_rate": 0.1,
    "decay_steps": 10,
    "input_dim": 4,
    "output_dim": 3,
    "num_bins": 4,
    "target_class_ids": [0],
    "decay_rate": 0.9,
    "backup_dir": "a",
    "filepath": "a.weights.h5",
    "filename": "a.csv",
    "schedule": lambda epoch: 0.1,
    "activation": "relu",
    "metric": "loss",
    "units": 3,
    "function": lambda x: x,
    "axes": 1,
    "stddev": 0.1,
    "op": "exp",
    "scale": 2.0,
    "dims": (1,),
    "n": 2,
    "target_shape": (3,),
    "recall": 0.5,
    "precision": 0.5,
    "specificity": 0.5,
    "sensitivity": 0.5,
    "first_decay_steps": 10,
    "boundaries": [1],
    "values": [0.1, 0.2],
    "equation": "ab,bc->ac",
    "output_shape": 3,
    "key": "a",
    "keys": ["a", "b"],
    "hash_bucket_size": 3,
    "num_buckets": 4,
    "dimension": 2,
    "vocabulary_list": ["x", "y"],
    "weight_feature_key": "w",
    "categorical_column": categorical_column_with_identity("a", 3),
    "source_column": numeric_column("a"),
    "feature_columns": numeric_column("a"),
    "name": "a",
    "center": 0.5,
    "seen": (0.0, 1.0),
    "columns": [NumberColumn("a", 0.0, 1.0, (0.0, 1.0))],
}
OWN = {
    "InputLayer": {"shape": (3,)},
    "CategoryEncoding": {"num_tokens": 3},
    "CategoryColumn": {"values": ["a", "b"]},
    "EmbeddedColumn": {"values": ["a", "b"]},
    "Discretization": {"num_bins": 3},
    "RandomUniform": {"minval": -1e31, "maxval": 1e31},
    "MinMaxNorm": {"max_value": 1e31},
}
#: Bases that are never made, and what is made of other objects only.
NEVER = {
    "Optimizer",
    "IndexLookup",
    "SameShape",
    "LossFunctionWrapper",
    "MeanMetricWrapper",
    "Functional",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Cross",
    "Feature",
    "FeatureSpace",
    "Model",
    "Sequential",
    "Wrapper",
    "SpectralNormalization",
    "TimeDistributed",
    "GradientLayer",
    "Bins",
    "LookupArguments",
    "TextArguments",
    "NormalizationArguments",
    "Column",
}


def classes():
    """Every class with declared arguments that can be made of plain values."""
    for module in pkgutil.walk_packages(brickwork.__path__, "brickwork."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, stack = [], [Configurable]
    while stack:
        for kind in stack.pop().__subclasses__():
            stack.append(kind)
            if (
                kind.__module__.startswith("brickwork.")
                and kind.__fields__
                and kind.__name__ not in NEVER
                and not issubclass(kind, Model)
                and not kind.__name__.startswith("_")
            ):
                found.append(kind)
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


CLASSES = classes()


#: Values that may be infinite: the beginning of a running extreme, padding.
ENDLESS = {("Constant", "value"), ("Masking", "mask_value")}


def meaningless(kind, name, value) -> bool:
    """What the argument cannot mean."""
    if (kind.__name__, name) in ENDLESS and value == math.inf:
        return False
    return isinstance(value, float) and not math.isfinite(value)


def required(kind) -> dict:
    """Values for the arguments that a class cannot do without."""
    given = {**GIVEN, **ours.arguments_of(kind.__name__)}
    names = [n for n, f in kind.__fields__.items() if f.default is REQUIRED]
    for name in names:
        assert name in given, (
            f"{kind.__name__}.{name} has no default, so it needs a value here: that of the first "
            "case in tests/ours.py, if Keras lacks it; else say one in GIVEN of "
            "tests/test_attack.py"
        )
    return {name: given[name] for name in names}


def unchecked(kind, name, value) -> str:
    """A message of a value that an argument cannot mean, and keeps."""
    word = type(kind.__fields__[name].default).__name__
    word = repr(word) if word in ("bool", "int", "float", "str") else "..."
    return (
        f"{kind.__name__}.{name} keeps {value}: say what it may be, by kind={word} in its field "
        "(or options=..., or convert=...)"
    )


def test_a_field_without_kind_is_told():
    class Odd(layers.Layer):
        turned: bool = field(default=True)

    for value in (None, math.nan):
        with pytest.raises(AssertionError, match=f"Odd.turned keeps {value}: .* by kind='bool' in"):
            attacked(Odd, "turned", value)


def attacked(kind, name, value) -> None:
    """Asserts that a value of an argument is refused by its name, or kept."""
    given = required(kind)
    field = kind.__fields__[name]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            made = kind(**{**given, **OWN.get(kind.__name__, {}), name: value})
        except (ValueError, TypeError, OSError) as error:
            message = str(error)
            # A tensor, a shape or a file may be refused by what it is for.
            assert (
                name in message
                or "shape" in name
                or name in ("input_tensor", "input_dim", "vocabulary")
            ), message
            # Valid alone, but not with the others.
            alone = any(
                words in message
                for words in (
                    "AdamW.weight_decay",
                    "multi_label",
                    "got none",
                    "shapes, expected one",
                    "both or none",
                )
            )
            assert alone or not plainly_right(field, value), f"{message} was refused"
            return
    kept = vars(made).get(name, vars(made).get(f"_{name}"))
    warned = any(issubclass(w.category, data.DataWarning) for w in said)
    if value is None:
        assert field.optional or field.convert is not None or name in ("name", "oov_token"), (
            unchecked(kind, name, value)
        )
    elif field.kind in ("int", "float") and isinstance(kept, int | float):
        assert not isinstance(kept, bool) and math.isfinite(kept)
        assert kept == (float(value) if field.kind == "float" else value)
        assert all(holds(kept, bound) for _, holds, bound in field.bounds)
    elif field.kind == "bool" and kept is not None:
        assert type(kept) is bool and kept == value
    elif field.options is not None:
        assert kept in field.options or (kept is None and field.optional)
    if meaningless(kind, name, value) and not warned and name != "embeddings_metadata":
        assert kept is None or isinstance(kept, bool), unchecked(kind, name, value)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_arguments_of_classes(kind):
    for name in kind.__fields__:
        for value in ATTACKS:
            attacked(kind, name, value)


#: The plain arguments of a model's methods.
METHODS = {
    "compile": ("run_eagerly", "auto_scale_loss", "steps_per_execution", "jit_compile"),
    "fit": (
        "epochs",
        "initial_epoch",
        "batch_size",
        "validation_batch_size",
        "steps_per_epoch",
        "validation_steps",
        "last_batch",
        "validation_split",
        "shuffle",
        "verbose",
        "validation_freq",
        "split",
        "on_nan",
        "callbacks",
        "class_weight",
        "sample_weight",
        "validation_data",
    ),
    "evaluate": ("batch_size", "steps", "verbose", "return_dict", "callbacks", "sample_weight"),
    "predict": ("batch_size", "steps", "verbose", "callbacks", "nan"),
    "train_on_batch": ("return_dict", "class_weight", "sample_weight"),
    "test_on_batch": ("return_dict", "sample_weight"),
}
#: What these take among the values of the attack, besides what `ARGUMENTS` declares.
TAKEN = {
    "shuffle": (True, 0),
    "verbose": (True, 0),
    "validation_freq": (3, []),
    "steps_per_execution": (None, 3),
    "jit_compile": (None, True, 0),
    "split": ([],),
    "on_nan": (),
    "callbacks": (None, []),
    "class_weight": (None,),
    "sample_weight": (None,),
    "validation_data": (None,),
    "nan": (),
    "run_eagerly": (None, True, 0),
}


def taken(name, value) -> bool:
    """Whether an argument of a method may have this value."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.item()
    if name in TAKEN:
        return any(type(value) is type(known) and value == known for known in TAKEN[name])
    field = ARGUMENTS[name]
    if field.kind == "bool":
        return value is True or (type(value) is int and value == 0)
    return (value is None and field.optional) or plainly_right(field, value)


def called(method, name, value) -> None:
    """Asserts that a method refuses a value by the argument's name, or takes it."""
    model = Sequential([layers.Input((3,)), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    before = model.get_weights()
    given = {"compile": ("adam", "binary_crossentropy"), "predict": (X(),)}.get(method, (X(), B))
    more = {} if method.endswith("batch") or method == "compile" else {"verbose": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if taken(name, value):
            getattr(model, method)(*given, **more | {name: value})
            return
        with pytest.raises((ValueError, TypeError), match=name):
            getattr(model, method)(*given, **more | {name: value})
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("method, name", [(m, n) for m, names in METHODS.items() for n in names])
def test_arguments_of_methods(method, name, capsys):
    for value in ATTACKS:
        called(method, name, value)


def figures() -> dict[str, int]:
    """The number of arguments, of attacks, and of attacks that were not noticed."""
    runs = [
        (attacked, kind, name, value)
        for kind in CLASSES
        for name in kind.__fields__
        for value in ATTACKS
    ]
    runs += [
        (called, method, name, value)
        for method, names in METHODS.items()
        for name in names
        for value in ATTACKS
    ]
    silent = 0
    for check, owner, name, value in runs:
        try:
            check(owner, name, value)
        except BaseException:  # pytest.raises fails with such
            silent += 1
    return {"arguments": len(runs) // len(ATTACKS), "attacks": len(runs), "silent": silent}
