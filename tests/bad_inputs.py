"""Data and arguments that cannot mean what they say: each must be refused, with this in the words.

A case is ``Case(name, model, arguments, says)``: a model of `data_models`, a function that makes
new arguments, and a pattern that the message must match. ``methods`` are those that must
refuse it. Cases of one cause differ in values only.
"""

from __future__ import annotations

import numpy as np
from bad_features import INPUTS
from bad_parts import (
    ALL,
    FIT,
    FRAME,
    LEARN,
    LOOP,
    R2,
    ROWS,
    B,
    C,
    Case,
    R,
    X,
    bad_fit as _f,
    spoiled,
)
from bad_targets import TARGETS, WEIGHTS

__all__ = [
    "ALL",
    "CASES",
    "FIT",
    "FRAME",
    "INPUTS",
    "LEARN",
    "NUMBERS",
    "R2",
    "ROWS",
    "SPLITS",
    "STREAMS",
    "TARGETS",
    "WEIGHTS",
    "B",
    "C",
    "Case",
    "R",
    "X",
    "spoiled",
]

SPLITS = [
    _f("validation as a dict", "validation_data", validation_data={"x": X(), "y": B}),
    _f(
        "validation with fewer targets",
        r"validation_data\[1\]: got 5 rows",
        validation_data=(X(), B[:5]),
    ),
    _f(
        "validation with fewer weights",
        r"validation_data\[2\]: got 5 rows",
        validation_data=(X(), B, np.ones(5)),
    ),
    _f("validation of nothing", r"validation_data\[0\]: got None", validation_data=(None, None)),
    _f("validation as text", r"validation_data", validation_data="test.csv"),
    _f(
        "validation without rows",
        r"validation_data\[0\]: got no rows",
        validation_data=(X(0), B[:0]),
    ),
    _f(
        "NaN in the targets of validation",
        r"validation_data\[1\]: got NaN",
        validation_data=(X(), B * np.nan),
    ),
    _f("a class weight beyond float32", "1e.300 for class 0", class_weight={0: 1e300}),
    _f("balanced amounts", "targets are quantities", model="amount", y=R, class_weight="balanced"),
    _f(
        "class weights of the amounts of one output",
        "targets are quantities",
        model="two",
        x=[X(), X(6, 2)],
        y=[B, R2],
        class_weight={"side": {0: 2.0}},
    ),
    *(
        _f(
            f"split {v!r}",
            "validation_split: got",
            f"split: {type(v).__name__}",
            validation_split=v,
        )
        for v in (1.5, 1.0, -0.1, np.nan, "0.2", True, [0.2], 20)
    ),
    _f("a split of one row", "0.5 of 1 rows", x=X(1), y=B[:1], validation_split=0.5),
    _f("nothing left to train on", "at least one row", validation_split=0.99),
    _f(
        "a split of a stream",
        "validation_data instead",
        y=None,
        validation_split=0.2,
        x=iter([(X(), B)]),
    ),
    _f("validation without targets", r"validation_data\[1\]: got None", validation_data=(X(),)),
    _f("validation of four parts", "4 parts", validation_data=(X(), B, B, B)),
    _f("validation of x alone", "one ndarray", validation_data=X()),
    _f(
        "validation with bad labels",
        r"validation_data\[1\]: got values from 0 to 2",
        validation_data=(X(), C),
    ),
    _f(
        "validation with NaN",
        r"validation_data\[0\]: got NaN",
        validation_data=(spoiled(np.nan), B),
    ),
    _f("validation with another width", r"validation_data\[0\]", validation_data=(X(6, 4), B)),
    _f(
        "validation with bad weights",
        r"validation_data\[2\]: got NaN",
        validation_data=(X(), B, np.full(6, np.nan)),
    ),
    _f(
        "validation with columns in another order",
        "another order",
        x=FRAME,
        validation_data=(FRAME[["bmi", "age", "glucose"]], B),
    ),
    *(
        _f(f"class weights {v!r}", "class_weight: got", class_weight=v)
        for v in (
            [1.0, 2.0],
            3,
            "even",
            np.ones(2),
            {"0": 1.0},
            {0.5: 1.0},
            {0: "a"},
            {0: np.nan},
            {0: None},
            {0: np.inf},
            {None: 1.0},
            {"main": {0: 1.0}},
        )
    ),
    _f(
        "class weights of amounts",
        "targets are quantities",
        model="amount",
        y=R,
        class_weight={0: 1.0},
    ),
    _f(
        "class weights beside weights",
        "beside sample_weight",
        sample_weight=np.ones(6),
        class_weight={0: 2.0},
    ),
    _f(
        "class weights of two outputs",
        "several outputs",
        model="two",
        x=[X(), X(6, 2)],
        y=[B, R2],
        class_weight={0: 2.0},
    ),
    _f(
        "class weights of a misspelt output",
        "Did you mean 'side'",
        model="two",
        x=[X(), X(6, 2)],
        y=[B, R2],
        class_weight={"main": {0: 2.0}, "sidee": {0: 1.0}},
    ),
    _f(
        "class weights of steps",
        "one class for each row",
        model="steps",
        x=np.zeros((6, 5, 3)),
        y=np.zeros((6, 5), int),
        class_weight={0: 2.0},
    ),
]

NUMBERS = [
    Case(
        f"{name}={value!r}",
        "binary",
        lambda name=name, value=value: {"x": X(), "y": B, name: value},
        f"{name}: got",
        FIT,
        f"{name}: {type(value).__name__}",
    )
    for name in ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size")
    for value in (0, -1, 2.5, np.nan, True, "8", [8])
]


def _batches(bad, at=1):
    good = (X(), B)
    return lambda: {"x": iter([good] * at + [bad])}


STREAMS = [
    Case(
        "a stream with y beside",
        "binary",
        lambda: {"x": iter([(X(), B)]), "y": B},
        "beside a stream",
        LOOP,
    ),
    Case(
        "a stream with weights beside",
        "binary",
        lambda: {"x": iter([(X(), B)]), "sample_weight": B},
        "beside a stream",
        LOOP,
    ),
    Case("NaN in a batch", "binary", _batches((spoiled(np.nan), B)), "x of batch 2: got NaN", LOOP),
    Case("labels beyond in a batch", "binary", _batches((X(), C)), "y of batch 2", LOOP),
    Case("a batch of another width", "binary", _batches((X(6, 4), B)), "batch 2", LOOP),
    Case("a batch without y", "binary", _batches((X(),)), "y of batch 2: got None", LOOP),
    Case("a batch of four", "binary", _batches((X(), B, B, B)), "tuple of 4", LOOP),
    Case("a batch of x alone", "binary", _batches(X()), "y of batch 2: got None", LOOP),
    Case("a batch of text", "binary", _batches("row"), "batch 2: got text", LOOP),
    Case("a batch of unequal rows", "binary", _batches((X(), B[:3])), "3 rows", LOOP),
    Case("an empty batch", "binary", _batches((X(0), B[:0])), "batch 2: got no rows", LOOP),
    Case(
        "bad weights in a batch",
        "binary",
        _batches((X(), B, np.full(6, np.nan))),
        "sample_weight of batch 2",
        LOOP,
    ),
]

CASES = [*INPUTS, *TARGETS, *WEIGHTS, *SPLITS, *NUMBERS, *STREAMS]
