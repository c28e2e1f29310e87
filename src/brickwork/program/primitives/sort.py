"""The argsort primitive along the last axis; sorts take elements by its indices."""

from __future__ import annotations

import numpy as np

from ..primitive import primitive


def _formula(xp, x, descending):
    if descending:  # equal elements keep their order: reverse the row, sort it, and reverse back
        return x.shape[-1] - 1 - _stable(xp, x[..., ::-1])[..., ::-1]
    return _stable(xp, x)


def _stable(xp, x):
    by = {"kind": "stable"} if xp is np else {"stable": True}
    return xp.argsort(x, axis=-1, **by).astype("int32")


#: The indices that sort the last axis; equal elements keep their order, and NaN is the largest.
argsort = primitive("argsort", lambda inputs, attrs: (inputs[0].dims, "int32"), _formula)
