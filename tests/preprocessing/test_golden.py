"""Every case of `preprocessing_cases.py` beside what TensorFlow answered.

`tools/preprocessing-golden` asked it.
"""

import json
from pathlib import Path

import numpy as np
import preprocessing_cases as cases
import pytest

from brickwork import layers

GOLDEN = json.loads((Path(cases.__file__).parent / "preprocessing_golden.json").read_text("utf-8"))
ALL = [pytest.param(*case, answer, id=f"{group}-{i}-{case[0]}") for group in cases.GROUPS
       for i, (case, answer) in enumerate(zip(cases.GROUPS[group], GOLDEN[group], strict=True))]


def adapted(kind, kwargs, seen):
    layer = getattr(layers, kind)(**kwargs)
    if seen is not None:
        layer.adapt(np.array(seen))
    return layer


@pytest.mark.parametrize(("kind", "kwargs", "seen", "inputs", "answer"), ALL)
def test_as_tensorflow(kind, kwargs, seen, inputs, answer):
    given = [np.array(part) for part in inputs] if kind == "HashedCrossing" else np.array(inputs)
    if "refused" in answer:
        with pytest.raises((ValueError, TypeError), match=f"{kind}|{kind[:4].lower()}"):
            adapted(kind, kwargs, seen)(given)
        return
    layer = adapted(kind, kwargs, seen)
    out, right = layer(given), np.array(answer["out"])
    assert out.shape == right.shape
    if right.dtype.kind == "U":
        assert out.tolist() == right.tolist()
    else:
        np.testing.assert_allclose(out, right, rtol=1e-6)
    if "vocabulary" in answer:
        assert layer.get_vocabulary() == answer["vocabulary"]
        assert layer.vocabulary_size() == len(answer["vocabulary"])
    if "boundaries" in answer:
        np.testing.assert_allclose(layer.bin_boundaries, answer["boundaries"], rtol=1e-6)
