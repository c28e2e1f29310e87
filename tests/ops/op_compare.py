"""Comparison of an op's results with Keras's."""

import keras_oracle as oracle
import numpy as np


def kind(tensors, dtype):
    """Float tensors in another kind, others as they are."""
    if isinstance(tensors, dict):
        return dict(zip(tensors, kind(tuple(tensors.values()), dtype), strict=True))
    return tuple(
        [a.astype(dtype) for a in t]
        if isinstance(t, list) and hasattr(t[0], "astype")
        else t.astype(dtype)
        if getattr(t, "dtype", np.dtype(bool)).kind == "f"
        else t
        for t in tensors
    )


def nested(tensors, symbols):
    """Symbols in the places of the arrays."""
    symbols = iter(symbols)
    return [[next(symbols) for _ in t] if isinstance(t, list) else next(symbols) for t in tensors]


def compare(ours, theirs, dtype):
    if isinstance(theirs, str | bool):
        assert ours == theirs
        return
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            compare(one, other, dtype)
        return
    theirs = np.asarray(theirs)
    if theirs.dtype.kind == "f":
        theirs = theirs.astype(dtype)  # Keras's own constants are double where JAX may be
        assert np.asarray(ours).dtype == dtype
    assert np.asarray(ours).dtype.kind == theirs.dtype.kind.replace("u", "i")
    oracle.assert_close(ours, theirs, oracle.TOLERANCE[dtype])
