"""Every case of `preprocessing_cases.py` compared with TensorFlow's results.

`tools/preprocessing-golden` recorded them.
"""

import json
from pathlib import Path

import numpy as np
import preprocessing_cases as cases
import pytest

from brickwork import layers

GOLDEN = json.loads((Path(cases.__file__).parent / "preprocessing_golden.json").read_text("utf-8"))
ALL = [
    pytest.param(*case, expected, id=f"{group}-{i}-{case[0]}")
    for group in cases.GROUPS
    for i, (case, expected) in enumerate(zip(cases.GROUPS[group], GOLDEN[group], strict=True))
]


def adapted(kind, kwargs, seen):
    layer = getattr(layers, kind)(**kwargs)
    if seen is not None:
        layer.adapt(np.array(seen))
    return layer


@pytest.mark.parametrize(("kind", "kwargs", "seen", "inputs", "expected"), ALL)
def test_as_tensorflow(kind, kwargs, seen, inputs, expected):
    given = [np.array(part) for part in inputs] if kind == "HashedCrossing" else np.array(inputs)
    if "refused" in expected:
        with pytest.raises((ValueError, TypeError), match=f"{kind}|{kind[:4].lower()}"):
            adapted(kind, kwargs, seen)(given)
        return
    layer = adapted(kind, kwargs, seen)
    out, right = layer(given), np.array(expected["out"])
    assert out.shape == right.shape
    if right.dtype.kind == "U":
        assert out.tolist() == right.tolist()
    else:
        np.testing.assert_allclose(out, right, rtol=1e-6)
    if "vocabulary" in expected:
        assert layer.get_vocabulary() == expected["vocabulary"]
        assert layer.vocabulary_size() == len(expected["vocabulary"])
    if "boundaries" in expected:
        np.testing.assert_allclose(layer.bin_boundaries, expected["boundaries"], rtol=1e-6)
