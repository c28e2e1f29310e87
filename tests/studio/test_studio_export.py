"""`export_html` and the projects in it: what the page's own reader makes of them."""

import json
import re
from base64 import b64decode

import numpy as np
import pytest
from page_code import ran
from samples import chain, lesson
from studio_parts import PAGE

from brickwork import layers, losses, optimizers, regularizers
from brickwork.errors import ArgumentError
from brickwork.models import Model, Sequential
from brickwork.studio import export_html, page as page_module
from brickwork.studio.limits import Limits
from brickwork.studio.projects import project_of, wall_of
from brickwork.studio.walls import model_of


@pytest.fixture(autouse=True)
def built(monkeypatch, tmp_path):
    """A page, which need not have been built."""
    (tmp_path / "studio.html").write_text(PAGE)
    read = page_module.read
    monkeypatch.setattr(page_module, "read", lambda: read(tmp_path / "studio.html"))
    return tmp_path


def every_brick() -> Sequential:
    model = chain(
        3,
        layers.Dense(5, activation="gelu", kernel_initializer="he_normal", use_bias=False),
        layers.BatchNormalization(momentum=0.9, center=False),
        layers.Activation("swish"),
        layers.Dropout(0.25),
        layers.GaussianNoise(0.1),
        layers.LayerNormalization(epsilon=1e-2),
        layers.Dense(4, kernel_regularizer="l2", bias_regularizer="l1", trainable=False),
        layers.Dense(3, activation="softmax"),
        name="every",
    )
    model.compile(
        optimizers.RMSprop(0.02, momentum=0.5), "sparse_categorical_crossentropy", metrics=["acc"]
    )
    return model


READ = """
import { readProject } from "./src/files/project.ts";
const read = readProject(new TextEncoder().encode(input));
if ("problem" in read) throw new Error(read.problem);
const { project, history } = read.value;
const plain = (_: string, value: unknown) =>
  ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
console.log(JSON.stringify({ project, history, notes: read.notes }, plain));
"""


def test_the_page_reads_every_brick():
    model = every_brick()
    x = np.random.default_rng(0).normal(size=(30, 3))
    y = np.arange(30) % 3
    history = model.fit(x, y, epochs=2, verbose=0)
    read = ran(READ, json.dumps(project_of(model, None, (x, y))))
    assert read["notes"] == []
    wall = read["project"]["wall"]
    assert wall["inputs"] == 3 and wall["loss"] == "sparse_categorical_crossentropy"
    assert wall["metrics"] == ["accuracy"]
    assert wall["optimizer"] == {
        "kind": "RMSprop",
        "config": {"learning_rate": 0.02, "momentum": 0.5},
    }
    assert [brick["config"] for brick in wall["bricks"]] == [
        {
            "units": 5,
            "activation": "gelu",
            "use_bias": False,
            "kernel_initializer": "he_normal",
        },
        {"momentum": 0.9, "center": False},
        {"activation": "silu"},
        {"rate": 0.25},
        {"stddev": 0.1},
        {"epsilon": 0.01},
        {
            "units": 4,
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
            "bias_regularizer": {"class_name": "L1", "config": {"l1": 0.01}},
        },
        {"units": 3, "activation": "softmax"},
    ]
    assert [brick.get("trainable", True) for brick in wall["bricks"]] == [True] * 6 + [False, True]
    for brick, layer in zip(wall["bricks"], model.layers, strict=True):
        for ours, weight in zip(layer.weights, brick.get("weights", []), strict=True):
            np.testing.assert_array_equal(np.float32(weight["values"]), ours.numpy().ravel())
    assert [one["logs"] for one in read["history"]] == [
        {name: values[epoch] for name, values in history.history.items()} for epoch in range(2)
    ]
    table = read["project"]["data"]["table"]
    assert [column["name"] for column in table["columns"]] == ["x0", "x1", "x2", "y"]
    assert table["columns"][1]["values"] == x[:, 1].tolist()
    assert (table["target"], table["task"]) == ("y", "classes")
    assert read["project"]["data"]["standardize"] is False


def test_the_page_prepares_the_data_as_the_model_has_seen_them():
    x = np.random.default_rng(0).normal(size=(40, 4)) * 50 + 7
    x[3, 2] = np.nan
    y = (x[:, 0] > 7).astype(int)
    prepared = ran(
        """
        import { readProject } from "./src/files/project.ts";
        import { load } from "./src/data/datasets.ts";
        import { prepare } from "./src/data/prepare.ts";
        const { value } = readProject(new TextEncoder().encode(input)) as any;
        const { data } = value.project;
        const { training, validation, task } = prepare(load(data), data);
        console.log(JSON.stringify({ x: [...training.x], y: [...training.y], validation, task }));
        """,
        json.dumps(project_of(lesson(), None, (x, y))),
    )
    assert prepared["task"] == "binary" and prepared["validation"] is None
    order = np.argsort(np.reshape(prepared["x"], (40, 4))[:, 0])
    ours = np.argsort(x[:, 0])
    expected = np.where(np.isnan(x), np.nanmean(x, axis=0), x)[ours]
    np.testing.assert_allclose(np.reshape(prepared["x"], (40, 4))[order], expected, rtol=1e-6)
    assert np.array(prepared["y"])[order].tolist() == y[ours].tolist()


def test_the_wall_of_a_model_is_that_model():
    model = every_brick()
    wall = wall_of(model)
    for brick in wall["bricks"]:
        for weight in brick.get("weights", []):
            weight["values"] = np.frombuffer(b64decode(weight["values"]), "<f4")
    again = model_of(wall, Limits())
    x = np.random.default_rng(0).normal(size=(9, 3))
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    for one, other in zip(again.layers, model.layers, strict=True):
        ours, theirs = one.get_config(), other.get_config()
        assert {**ours, "name": ""} == {**theirs, "name": ""}


def test_the_file_holds_the_project_as_data_and_nothing_else_changes(built):
    model = lesson(name="</script><script>alert(1)</script>")
    path = export_html(model, path=built / "out.html")
    text = path.read_text("utf-8")
    block = re.search(r'<script type="application/json" id="given">(.*?)</script>', text)[1]
    assert json.loads(block)["project"]["name"] == model.name
    assert "<" not in block
    assert text.replace(block, "null") == PAGE


def test_text_that_would_end_a_block_or_a_line_is_escaped():
    given = {"a": "</script>", "b": "<!--<script>", "c": "\u2028 & é"}
    text = page_module.with_given(PAGE, given)
    block = re.search(r'id="given">(.*?)</script>', text)[1]
    assert json.loads(block) == given and not {*"<>&\u2028"} & {*block}
    with pytest.raises(ValueError, match="build it anew"):
        page_module.with_given("<html>", given)


def test_history_may_be_a_history_or_a_dict(built):
    model = lesson()
    given = {"loss": [0.5, float("nan")], "val_loss": [1.0]}
    for history in (given, type("H", (dict,), {})(given)):
        assert project_of(model, history)["history"] == [
            {"epoch": 0, "logs": {"loss": 0.5, "val_loss": 1.0}},
            {"epoch": 1, "logs": {}},
        ]
    with pytest.raises(ArgumentError, match=r"export_html\.history"):
        project_of(model, [0.5])


def test_the_wall_trains_on_as_fit_did():
    """Epochs and rows per step are those of the training; which rows it held out is not known."""
    model = compiled(lesson(), "adam", "binary_crossentropy")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), np.arange(50) % 2
    history = model.fit(x, y, epochs=7, batch_size=16, validation_split=0.2, verbose=0)
    for given in (history, None):
        found = project_of(model, given, (x, y))
        assert (found["project"]["wall"]["epochs"], found["project"]["wall"]["batchSize"]) == (
            7,
            16,
        )
        assert (
            found["project"]["data"]["validation"] == 0
            and "val_loss" in found["history"][0]["logs"]
        )
    wall = project_of(model, {"loss": [0.5, 0.4]})["project"]["wall"]
    assert (wall["epochs"], wall["batchSize"]) == (2, 32)  # of a dict no more is known
    wall = project_of(lesson())["project"]["wall"]
    assert (wall["epochs"], wall["batchSize"]) == (50, 32)
    model.fit(np.zeros((200_000, 4)), np.zeros(200_000), batch_size=200_000, verbose=0)
    assert project_of(model)["project"]["wall"]["batchSize"] == 100_000  # the page's most


def graph() -> Model:
    symbol = layers.Input((2,))
    return Model(symbol, layers.Dense(1)(symbol))


def compiled(model, *args, **kwargs):
    model.compile(*args, **kwargs)
    return model


def broken() -> Sequential:
    model = lesson()
    model.layers[0].kernel.assign(np.full((4, 8), np.nan))
    return model


MODELS = {
    "got Functional, expected a Sequential": graph,
    "expected a Sequential": lambda: "model",
    "known number of inputs": lambda: Sequential([layers.Dense(2)]),
    "rows have a known": lambda: Sequential([layers.Input((3, 2)), layers.Dense(2)]),
    "got the layer Embedding": lambda: chain(2, layers.Embedding(5, 2)),
    "got the layer Rescaling": lambda: chain(2, layers.Rescaling(2.0), layers.Dense(1)),
    "got the activation": lambda: chain(2, layers.Dense(1, activation=np.sin)),
    "kernel_constraint": lambda: chain(2, layers.Dense(1, kernel_constraint="non_neg")),
    "activity_regularizer": lambda: chain(2, layers.Dense(1, activity_regularizer="l2")),
    "rms_scaling": lambda: chain(2, layers.LayerNormalization(rms_scaling=True)),
    "got the loss": lambda: compiled(lesson(), loss=losses.BinaryCrossentropy(label_smoothing=0.1)),
    "NaN or infinity": broken,
    "units: got 5000, expected a number >= 1 and <= 4,096": lambda: chain(2, layers.Dense(5000)),
    r"stddev: got 2\.0": lambda: chain(2, layers.GaussianNoise(2.0), layers.Dense(1)),
    r"rate: got 1\.0, expected a number >= 0 and < 1": lambda: chain(2, layers.Dropout(1.0)),
    r"epsilon: got 2\.0": lambda: chain(2, layers.BatchNormalization(epsilon=2.0)),
    r"Adam\.learning_rate: got 0\.0": lambda: compiled(lesson(), optimizers.Adam(0.0), "mse"),
    r"SGD\.learning_rate: got 1000\.0": lambda: compiled(lesson(), optimizers.SGD(1000.0), "mse"),
    "got 101 layers": lambda: chain(2, *[layers.Dense(1) for _ in range(101)]),
    "got 10,001 inputs": lambda: chain(10_001, layers.Dense(1)),
    r"got 5,\d+,\d+ weights": lambda: chain(1300, layers.Dense(4000)),
    "got 1,001 letters": lambda: chain(2, layers.Dense(1), name="x" * 1001),
    "kernel_regularizer: got OrthogonalRegularizer": lambda: chain(
        2, layers.Dense(2, kernel_regularizer=regularizers.OrthogonalRegularizer())
    ),
    r"kernel_regularizer\.l2: got": lambda: chain(
        2, layers.Dense(2, kernel_regularizer=regularizers.L2(1e7))
    ),
}


@pytest.mark.parametrize("says", MODELS)
def test_models_that_the_studio_cannot_show(built, says):
    with pytest.raises(ArgumentError, match=says):
        export_html(MODELS[says](), path=built / "out.html")
    assert not (built / "out.html").exists()


def test_what_only_matters_later_is_warned_of():
    model = chain(2, layers.Dense(1, activation="sigmoid", kernel_initializer="truncated_normal"))
    with pytest.warns(UserWarning, match="glorot_uniform"):
        assert wall_of(model)["bricks"][0]["config"] == {"units": 1, "activation": "sigmoid"}
    model = compiled(lesson(), optimizers.SGD(0.1, clipnorm=1.0), "binary_crossentropy")
    with pytest.warns(UserWarning, match="SGD has no clipnorm"):
        assert wall_of(model)["optimizer"] == {"kind": "SGD", "config": {"learning_rate": 0.1}}
    model = compiled(lesson(), "lion", "binary_crossentropy")
    with pytest.warns(UserWarning, match="Lion is Adam"):
        assert wall_of(model)["optimizer"] == {"kind": "Adam", "config": {}}


def test_a_history_is_as_long_as_the_page_has_it():
    with pytest.raises(ArgumentError, match=r"history: got 51 metrics"):
        project_of(lesson(), {f"m{n}": [1.0] for n in range(51)})
    kept = project_of(lesson(), {"loss": np.arange(100_003.0)})["history"]
    assert (len(kept), kept[0]["epoch"], kept[-1]["logs"]["loss"]) == (100_000, 3, 100_002)


def test_the_page_trains_what_python_writes():
    """Read, prepared, without a misfit, and taken by the page's engine."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3))
    y = (x[:, 0] > 0).astype(int)
    noisy = [layers.Dropout(0.0), layers.GaussianNoise(1.0), layers.Dense(1)]
    widest = [layers.Dense(4096), layers.Dense(1)]
    tallest = [layers.Dense(2) for _ in range(99)] + [layers.Dense(1)]
    written = {}
    for name, stack, loss, targets in (
        ("two classes", [layers.Dense(2, "softmax")], "sparse_categorical_crossentropy", y),
        ("one-hot", [layers.Dense(2, "softmax")], "categorical_crossentropy", np.eye(2)[y]),
        ("binary", [layers.Dense(1, "sigmoid")], "binary_crossentropy", y),
        ("hinge", [layers.Dense(1, "tanh")], "hinge", 2 * y - 1),
        ("noise", noisy, "mse", x[:, 0]),
        ("wide", widest, "mse", x[:, 0]),
        ("tall", tallest, "mse", x[:, 0]),
        ("fast", [layers.Dense(1)], "mse", x[:, 0]),
        ("counting", [layers.Dense(1)], "mse", x[:, 0]),
    ):
        model = compiled(chain(3, *stack), optimizers.SGD(100.0 if name == "fast" else 0.01), loss)
        rows = np.c_[x[:, :2], np.arange(60)] if name == "counting" else x
        written[name] = json.dumps(project_of(model, None, (rows, targets)))
    read = ran(
        """
        import { loadPrepared } from "./src/data/load.ts";
        import { Training } from "./src/engine/training.ts";
        import { readProject } from "./src/files/project.ts";
        import { misfits } from "./src/wall/shapes.ts";
        const found: Record<string, unknown> = {};
        for (const [name, text] of Object.entries<string>(JSON.parse(input))) {
          const read = readProject(new TextEncoder().encode(text));
          if ("problem" in read) throw new Error(`${name}: ${read.problem}`);
          const { wall, data } = read.value.project;
          const prepared = await loadPrepared(data);
          const wrong = misfits(wall, prepared).filter(({ warning }) => !warning);
          const { training, validation } = prepared;
          new Training({ wall, training, validation }).advance();
          found[name] = [prepared.task, wrong.map(({ key }) => key)];
        }
        console.log(JSON.stringify(found));
        """,
        json.dumps(written),
    )
    tasks = {"two classes": "classes", "one-hot": "classes", "binary": "binary", "hinge": "binary"}
    assert read == {name: [tasks.get(name, "regression"), []] for name in written}


class Table(np.ndarray):
    """Numbers whose columns have names."""

    columns: list[str]


def test_columns_that_the_page_leaves_out_are_refused():
    rng = np.random.default_rng(0)
    columns = {
        "age": rng.normal(size=5),
        "same": np.ones(5),
        "none": np.full(5, np.nan),
        "one": np.array([2.0, np.nan, 2.0, np.nan, np.nan]),
        **{name: np.arange(5.0) + 3 for name in ("id", "Row", "user_ID", "순번", "no.", "x1", "#")},
        "grid": np.arange(5.0),
        "unnamed: 0": np.array([0.0, 1, 2, 3, np.nan]),
    }
    given = {name: [None if np.isnan(v) else v for v in vs] for name, vs in columns.items()}
    taken = ran(
        """
        import { usable } from "./src/data/kinds.ts";
        const found = Object.entries<(number | null)[]>(JSON.parse(input)).filter(([name, list]) =>
          usable({ name, values: Float64Array.from(list, (value) => value ?? NaN) }));
        console.log(JSON.stringify(found.map(([name]) => name)));
        """,
        json.dumps(given),
    )
    ours = []
    for name, column in columns.items():
        table = column[:, None].view(Table)
        table.columns = [name]
        try:
            project_of(chain(1, layers.Dense(1)), None, (table, rng.normal(size=5)))
        except ArgumentError as error:
            assert f"the column '{name}'" in str(error)
        else:
            ours.append(name)
    assert ours == taken and "age" in ours


X = np.arange(8.0).reshape(2, 4)
DATA = {
    "expected a pair": "women.csv",
    r"expected \(rows, 4\)": (X[:, :3], [0, 1]),
    "expected numbers": ([["a"] * 4] * 2, [0, 1]),
    "3 targets for 2 rows": (X, [0, 1, 0]),
    "each of 0 to 1": (X, [0, 0]),
    "each of 0 to 1: pass": (X, [1, 2]),
    "a finite number for each row": (X, [0, np.nan]),
    "got 1 rows, expected at least 2": (X[:1], [0]),
    r"column 'x0' is 1 in every row": (X**0, [0, 1]),
    "holds infinity, or a number beyond float32": (np.add(X, [np.inf, 0, 0, 0]), [0, 1]),
    "a number beyond": (X * 1e39, [0, 1]),
    "at most 100,000 rows": (np.zeros((100_001, 4)), np.zeros(100_001)),
}


@pytest.mark.parametrize("says", DATA)
def test_data_that_do_not_go_with_the_model(built, says):
    model = compiled(lesson(), loss="binary_crossentropy")
    with pytest.raises(ArgumentError, match=says):
        export_html(model, path=built / "out.html", data=DATA[says])


def test_targets_of_which_nothing_can_be_learned():
    x = np.random.default_rng(0).normal(size=(202, 4))
    with pytest.raises(ArgumentError, match="got 3 for every row"):
        project_of(compiled(lesson(), loss="mse"), None, (x, np.full(202, 3)))
    many = compiled(chain(4, layers.Dense(101, "softmax")), loss="sparse_categorical_crossentropy")
    with pytest.raises(ArgumentError, match="got 101 classes"):
        project_of(many, None, (x, np.arange(202) % 101))


def test_names_of_columns_are_those_of_the_table(built):
    pandas = pytest.importorskip("pandas")
    model = compiled(lesson(), loss="binary_crossentropy")
    table = pandas.DataFrame(X, columns=["glucose", "bmi", "y", "age"])
    found = project_of(model, None, (table, [0, 1]))["project"]["data"]["table"]
    assert [one["name"] for one in found["columns"]] == ["glucose", "bmi", "y", "age", "target"]
    assert found["target"] == "target"


def test_one_hot_targets_are_classes():
    model = compiled(chain(4, layers.Dense(3, "softmax")), loss="categorical_crossentropy")
    x, y = np.arange(12.0).reshape(3, 4), np.eye(3)[[2, 0, 1]]
    found = project_of(model, None, (x, y))["project"]["data"]["table"]
    values = np.frombuffer(b64decode(found["columns"][-1]["numbers"]))
    assert found["task"] == "classes" and values.tolist() == [2, 0, 1]


def test_what_is_too_large_for_a_page_is_refused(built, monkeypatch):
    monkeypatch.setattr("brickwork.studio.projects.LARGEST", 1000)
    with pytest.raises(ArgumentError, match="a page opens at most 1,000"):
        export_html(lesson(), path=built / "out.html")


@pytest.mark.parametrize("path", ["studio.txt", 5, None])
def test_other_names_are_refused(path):
    with pytest.raises(ArgumentError, match=r"ends in \.html"):
        export_html(lesson(), path=path)
