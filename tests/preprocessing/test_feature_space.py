"""`FeatureSpace` compared with TensorFlow's results, and what is special about ours."""

import copy
import json
from pathlib import Path

import numpy as np
import pandas as pd
import preprocessing_cases as cases
import pytest

import brickwork
from brickwork import layers
from brickwork.errors import ArgumentError
from brickwork.layers import Dense
from brickwork.models import Model
from brickwork.utils import FeatureSpace

GOLDEN = json.loads((Path(cases.__file__).parent / "preprocessing_golden.json").read_text("utf-8"))


def made(features, crosses=(), kwargs=None):
    return FeatureSpace(
        {
            name: getattr(FeatureSpace, kind[0])(**kind[1], name=name)
            if isinstance(kind, list)
            else kind
            for name, kind in features.items()
        },
        crosses=[FeatureSpace.cross(**c) if isinstance(c, dict) else c for c in crosses],
        **kwargs or {},
    )


def columns(table, space):
    return {name: table[name] for name in space.features}


def adapted(case=cases.SPACES[0]):
    space = made(*case)
    space.adapt(columns(cases.TABLE, space))
    return space


def assert_same(ours, right):
    if isinstance(right, dict):
        assert list(ours) == list(right)
        for name, part in right.items():
            assert_same(ours[name], part)
    else:
        assert ours.shape == np.shape(right)
        np.testing.assert_allclose(ours, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("case", "right"), list(zip(cases.SPACES, GOLDEN["spaces"], strict=True)), ids="0123"
)
def test_as_tensorflow(case, right):
    space = adapted(case)
    table = columns(cases.NEW_TABLE, space)
    assert_same(space(table), right[0])
    assert_same(space({name: column[0] for name, column in table.items()}), right[1])
    assert_same(
        space({name: np.array(column)[:, None] for name, column in table.items()}), right[0]
    )


@pytest.mark.parametrize("kind", ["table", "batches", "generator", "rows"])
def test_what_it_is_adapted_to(kind):
    right, space, table = adapted(), made(*cases.SPACES[0]), pd.DataFrame(cases.TABLE)
    given = {
        "table": table,
        "batches": [table[:50], table[50:]],
        "generator": (
            {k: np.array(v)[i : i + 10] for k, v in cases.TABLE.items()} for i in range(0, 100, 10)
        ),
        "rows": table.to_dict("records"),
    }[kind]
    space.adapt(given)
    assert_same(space(pd.DataFrame(cases.NEW_TABLE)), right(cases.NEW_TABLE).tolist())


def test_a_model_on_the_table_is_one_on_the_space_s_numbers():
    space = adapted()
    numbers = space.get_encoded_features()
    head = Dense(1)(numbers)
    training, whole = Model(numbers, head), Model(space.get_inputs(), head)
    training.compile("adam", "mse")
    table = {name: np.array(column) for name, column in cases.TABLE.items()}
    y = table["age"] / 50
    training.fit(space(table), y, epochs=2, verbose=0)
    assert_same(whole.predict(table, verbose=0), training.predict(space(table), verbose=0))
    whole = Model(space.get_inputs(), Dense(1)(numbers))
    whole.compile("adam", "mse")
    before = whole.evaluate(table, y, verbose=0)
    whole.fit(table, y, epochs=5, verbose=0)
    assert whole.evaluate(table, y, verbose=0) < before
    assert list(space.get_inputs()) == list(space.features)


def test_config_state_and_copies():
    space = adapted(cases.SPACES[2])
    right = space(cases.NEW_TABLE)
    config = json.dumps(space.get_config())
    again = FeatureSpace.from_config(json.loads(config))
    with pytest.raises(ArgumentError, match="before it was adapted"):
        again(cases.NEW_TABLE)
    again.set_state(space.get_state())
    assert json.dumps(again.get_config()) == config
    other = adapted()
    third = FeatureSpace.from_config(other.get_config())
    third.set_state(other.get_state())
    assert_same(third(cases.NEW_TABLE), other(cases.NEW_TABLE).tolist())
    for one in (again, copy.deepcopy(space)):
        assert_same(one(cases.NEW_TABLE), right.tolist())


def test_layers_of_one_s_own_and_preset_ones():
    text = layers.TextVectorization(output_mode="tf_idf")
    space = FeatureSpace(
        {
            "text": FeatureSpace.feature("string", text, "float"),
            "size": FeatureSpace.float_discretized(None, [1.0, 2.0]),
        }
    )
    space.adapt({"text": ["1st string", "2nd string"], "size": [1.0, 2.0]})
    assert space({"text": ["string", "1st"], "size": [0.0, 5.0]}).shape == (2, 7)
    assert space.preprocessors["text"] is text
    plain = FeatureSpace({"a": "float", "b": "string_hashed"}, hashing_dim=2)
    assert plain({"a": [1.0], "b": ["x"]}).shape == (1, 3)  # nothing to adapt


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FeatureSpace({}), "expected a dict"),
        (lambda: FeatureSpace({"a": "flaot"}), "'a'.*did you mean 'float'"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]), "got the column 'b'"),
        (lambda: made(*cases.SPACES[0])(cases.NEW_TABLE), "before it was adapted.*adapt"),
        (lambda: made(*cases.SPACES[0]).adapt({"age": [1.0]}), "no column 'pay'"),
        (lambda: made(*cases.SPACES[0]).adapt([([1.0], 2)]), "a batch that is a tuple"),
        (lambda: made(*cases.SPACES[0]).adapt([]), "no rows"),
        (lambda: made(*cases.SPACES[0]).adapt(3), "expected a dict of columns"),
        (lambda: adapted()([1.0]), "expected a dict of columns"),
        (lambda: adapted()({"age": [1.0]}), "'pay'"),
        (lambda: adapted()({**cases.NEW_TABLE, "city": [1, 2, 3]}), "expected a string"),
        (
            lambda: FeatureSpace({"a": FeatureSpace.string_hashed(3, "int")})({"a": ["x"]}),
            "output_mode='dict'",
        ),
        (
            lambda: FeatureSpace(
                {"a": FeatureSpace.feature("float32", layers.Identity(), "one_hot")}
            )({"a": [1.0]}),
            "returns float32",
        ),
    ],
)
def test_errors_teach(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_it_goes_into_a_file(tmp_path):
    space = FeatureSpace(
        {
            "age": "float_normalized",
            "한글 열/a": "string_categorical",
            "bins": FeatureSpace.float_discretized(3),
        },
        crosses=[("한글 열/a", "bins")],
    )
    table = {"age": [1.0, 5.0, 9.0], "한글 열/a": ["x", "y", "x"], "bins": [1.0, 2.0, 3.0]}
    space.adapt(table)
    space.save(tmp_path / "space.brick")
    again = brickwork.load_model(tmp_path / "space.brick")
    assert_same(again(table), space(table).tolist())
    assert list(again.features) == list(space.features)
