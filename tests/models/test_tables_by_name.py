"""Tables and models of named inputs; and text and dates, refused with code that works as typed."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import brickwork
from brickwork import Input, Model, layers

COLUMNS = {"age": [1.0, 2.0, 3.0, 4.0], "pay": [3, 4, 5, 6], "city": ["a", "b", "a", "c"]}
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
Y = np.array([0, 1, 0, 1])


@pytest.fixture(params=LIBRARIES)
def table(request):
    return LIBRARIES[request.param]


def made(words=False, outputs=1):
    brickwork.utils.set_random_seed(3)
    inputs = [Input((1,), name="age"), Input((1,), name="pay")]
    parts = list(inputs)
    if words:
        inputs.append(Input((1,), dtype="string", name="city"))
        parts.append(
            layers.StringLookup(vocabulary=["a", "b", "c"], output_mode="one_hot")(inputs[-1])
        )
    joined = layers.Concatenate()(parts)
    outs = [layers.Dense(1, "sigmoid", name=name)(joined) for name in ("sold", "left")[:outputs]]
    model = Model(inputs, outs if outputs > 1 else outs[0])
    model.compile("adam", "binary_crossentropy")
    return model


def columns(*names):
    return {name: COLUMNS[name] for name in names}


@pytest.mark.parametrize("words", [False, True])
def test_a_table_is_its_columns_by_name(table, words):
    names = ("pay", "city", "age") if words else ("pay", "age")
    given = table(columns(*names))
    arrays = {name: np.array(COLUMNS[name]) for name in names}
    ours, right = made(words), made(words)
    history = ours.fit(given, Y, validation_data=(given, Y), epochs=2, verbose=0).history
    wanted = right.fit(arrays, Y, validation_data=(arrays, Y), epochs=2, verbose=0).history
    assert history == wanted
    assert ours.evaluate(given, Y, verbose=0) == right.evaluate(arrays, Y, verbose=0)
    np.testing.assert_array_equal(ours.predict(given, verbose=0), right.predict(arrays, verbose=0))
    np.testing.assert_array_equal(ours(given), right(arrays))
    assert ours.train_on_batch(given, Y) == right.train_on_batch(arrays, Y)

    def batches():
        yield table({name: COLUMNS[name][:2] for name in names}), Y[:2]
        yield table({name: COLUMNS[name][2:] for name in names}), Y[2:]

    by_batches = ours.fit(batches(), verbose=0).history
    assert by_batches == right.fit(arrays, Y, batch_size=2, shuffle=False, verbose=0).history


def test_targets_by_name(table):
    y = {"left": [1, 0, 1, 0], "sold": [0, 1, 0, 1]}
    ours, right = made(outputs=2), made(outputs=2)
    x = columns("age", "pay")
    history = ours.fit(table(x), table(y), verbose=0).history
    arrays = [{k: np.array(v) for k, v in part.items()} for part in (x, y)]
    assert history == right.fit(*arrays, verbose=0).history


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_columns_that_do_not_fit_are_named(table, method):
    model = made()

    def call(names):
        x = table({COLUMNS_AS.get(name, name): COLUMNS[name] for name in names})
        given = (x,) if method == "predict" else (x, Y)
        getattr(model, method)(*given, verbose=0)

    COLUMNS_AS = {}
    with pytest.raises(
        ValueError,
        match=rf"^{method}\.x: got columns that the model does not "
        r"have: 'city', expected 'age', 'pay'. "
        r"Use x\[\['age', 'pay'\]\]",
    ):
        call(["age", "pay", "city"])
    with pytest.raises(
        ValueError,
        match="the columns 'age', expected a column for each of 'age', "
        r"'pay'. Give what has several columns by its name",
    ):
        call(["age"])
    COLUMNS_AS["pay"] = "pays"
    with pytest.raises(ValueError, match="Did you mean 'pays'"):
        call(["age", "pay"])


def test_two_columns_of_one_name():
    x = pd.DataFrame([[1.0, 2.0, 3.0]] * 4, columns=["age", "pay", "age"])
    with pytest.raises(ValueError, match="two columns named 'age'"):
        made().fit(x, Y, verbose=0)


DAYS = pd.to_datetime(["2026-01-31", "2026-02-01", "2026-02-03", "2026-02-04"])
#: What is no number, as a column of each library.
KINDS = {
    "text": COLUMNS["city"],
    "dates": list(DAYS),
    "moments": list(DAYS.tz_localize("UTC")),
    "text of dates": [str(day.date()) for day in DAYS],
    "text of numbers": ["1", "2.5", "3", "4"],
    "days": [day.date() for day in DAYS],
}
MORE = {
    "categories": pd.Series(COLUMNS["city"], dtype="category"),
    "months": pd.Series(DAYS.to_period("M")),
    "intervals": pd.interval_range(0, 4),
    "spans": pd.Series(DAYS - DAYS[0]),
}


def regression():
    model = brickwork.Sequential([layers.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    return model


def typed(message: str, values: dict) -> None:
    """Run the code that a message shows."""
    lines = re.findall(r"(?:: |Use )((?:names, )?[xy]\b[^:]*? = .*?)(?:\. |; |\.$)", message)
    assert lines, message
    for line in lines:
        exec(line, {"np": np, "pd": pd, "pl": pl, "utils": brickwork.utils}, values)


@pytest.mark.parametrize("kind", [*KINDS, *MORE])
def test_what_a_message_says_of_a_column_works(kind):
    x = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": KINDS.get(kind, MORE.get(kind))})
    values = {"x": x}
    for _ in range(2):  # some need two steps
        try:
            regression().fit(values["x"], Y, verbose=0)
        except TypeError as error:
            assert "column 'b'" in str(error)
            typed(str(error), values)
    regression().fit(values["x"] * 1.0, Y, verbose=0)


@pytest.mark.parametrize("kind", ["text", "dates"])
@pytest.mark.parametrize("library", [pl.DataFrame, pa.table])
def test_what_a_message_says_of_a_column_of_other_libraries_works(kind, library):
    values = {"x": library({"a": [1.0, 2.0, 3.0, 4.0], "b": KINDS[kind]})}
    for _ in range(2):
        try:
            regression().fit(values["x"], Y, verbose=0)
        except TypeError as error:
            typed(str(error), values)
    regression().fit(values["x"], Y, verbose=0)


def test_text_and_dates_in_arrays():
    for x in (
        np.array([["a", "b"]] * 4),
        np.array([["2026-01-31", "2026-02-01"]] * 4),
        np.array([["2026-01-31", "2026-02-01"]] * 4, "datetime64[D]"),
        np.array([[b"a", b"b"]] * 4),
    ):
        values = {"x": x}
        for _ in range(2):
            try:
                regression().fit(values["x"], Y, verbose=0)
            except TypeError as error:
                typed(str(error), values)
        regression().fit(values["x"], Y, verbose=0)


@pytest.mark.parametrize(
    "labels",
    [
        ["no", "yes", "no", "yes"],
        np.array(["no", "yes"] * 2),
        pd.Series(["no", "yes"] * 2),
        pd.Series(["no", "yes"] * 2, dtype="category"),
        pl.Series(["no", "yes"] * 2),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "loss", ["binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"]
)
def test_labels_that_are_text(labels, loss):
    units = 1 if loss.startswith("binary") else 2
    model = brickwork.Sequential(
        [layers.Dense(units, "sigmoid" if units == 1 else "softmax", input_dim=2)]
    )
    model.compile("sgd", loss)
    x = np.ones((4, 2), "float32")
    with pytest.raises(TypeError, match=r"fit\.y: got text: 'no', 'yes'") as refused:
        model.fit(x, labels, verbose=0)
    values = {"y": labels, "model": model}
    typed(str(refused.value), values)
    model.fit(x, values["y"], verbose=0)
    assert list(values["names"]) == ["no", "yes"]


def test_labels_with_missing_values():
    x, y = pd.DataFrame(np.ones((4, 2))), pd.Series(["no", None, "no", "yes"])
    model = regression()
    for gap, do in ((y, r"keep = y\.notna\(\)"), (y.tolist(), "Leave those rows out")):
        with pytest.raises(
            TypeError,
            match=r"fit\.y: got text with missing values, .* row 1, "
            f".*{do}",
        ):
            model.fit(x, gap, verbose=0)
    keep = y.notna()
    x, y = x[keep], y[keep]
    with pytest.raises(TypeError, match="got text: 'no', 'yes'"):
        model.fit(x, y, verbose=0)


def test_a_column_given_by_its_name():
    values = {"x": {"age": np.ones(4), "pay": ["low", "high", "low", "high"]}}
    with pytest.raises(TypeError, match=r"fit\.x\['pay'\].*names, x\['pay'\] = ") as refused:
        made().fit(values["x"], Y, verbose=0)
    typed(str(refused.value), values)
    made().fit(values["x"], Y, verbose=0)


def test_dates_as_targets():
    y = pd.Series(DAYS, name="day")
    with pytest.raises(TypeError, match=r"fit.y.*got dates") as refused:
        regression().fit(np.ones((4, 2)), y, verbose=0)
    values = {"y": y}
    typed(str(refused.value), values)
    assert values["y"].tolist() == [0.0, 1.0, 3.0, 4.0]
