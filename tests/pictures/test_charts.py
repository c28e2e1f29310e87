"""Charts show the model's predictions."""

import builtins
import sys

import numpy as np
import pytest

import brickwork
from brickwork import Sequential, layers, pictures
from brickwork.callbacks import History
from brickwork.pictures.charts import name_rises

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def history(**columns):
    record = History()
    record.extend(range(len(columns["loss"])), columns)
    return record


def rgb(colour):
    return matplotlib.colors.to_hex(colour)


def test_learning_curves():
    record = history(
        loss=[3.0, 2.0, 1.5, 1.2],
        val_loss=[3.0, 2.5, 2.6, 2.7],
        accuracy=[0.2, 0.5, 0.6, 0.7],
        val_accuracy=[0.2, 0.4, 0.6, 0.5],
        learning_rate=[0.1] * 4,
    )
    loss, accuracy = record.plot()
    assert (loss.get_title(), accuracy.get_title()) == ("loss", "accuracy")
    training, validation, best = loss.lines
    assert training.get_ydata().tolist() == [3.0, 2.0, 1.5, 1.2]
    assert training.get_xdata().tolist() == [1, 2, 3, 4]
    assert validation.get_linestyle() == "--" != training.get_linestyle()
    assert best.get_xydata().tolist() == [[2, 2.5]]
    assert accuracy.lines[-1].get_xydata().tolist() == [[3, 0.6]]
    words = [text.get_text() for text in loss.get_legend().get_texts()]
    assert words == ["training", "validation", "best: epoch 2, 2.5"]
    assert rgb(training.get_color()) == brickwork.pictures.palette.GREEN.lower()
    assert loss.figure is accuracy.figure
    (rate,) = record.plot("learning_rate")
    assert rate.get_title() == "learning_rate"


def test_a_validation_every_second_epoch_is_at_its_epochs():
    (loss,) = history(loss=[5.0, 4, 3, 2, 1], val_loss=[4.0, 2.0]).plot()
    assert loss.lines[1].get_xdata().tolist() == [2, 4]
    (loss,) = history(loss=[np.nan, 2.0], val_loss=[np.nan, np.nan]).plot()
    assert len(loss.lines) == 2  # no best epoch


def test_histories_that_cannot_be_plotted():
    with pytest.raises(ValueError, match="without epochs"):
        History().plot()
    with pytest.raises(ValueError, match="expected some of loss"):
        history(loss=[1.0]).plot("acuracy")


def test_whether_larger_is_better():
    for name in ("accuracy", "sparse_categorical_accuracy", "auc", "f1_score", "recall_2"):
        assert name_rises(name)
    for name in ("loss", "mse", "mean_absolute_error", "false_positives", "perplexity"):
        assert not name_rises(name)


def classifier(weights, bias=0.0, activation="sigmoid"):
    net = Sequential([layers.Dense(len(weights[0]), activation, input_dim=len(weights))])
    net.set_weights([np.array(weights, float), np.full(len(weights[0]), bias, float)])
    net.compile("sgd", "mse")
    return net


X = np.array([[1.0, 0], [2, 1], [-1, 0], [-2, 1], [0.5, 3]])


def cell_texts(axis):
    return {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in axis.texts}


@pytest.mark.parametrize(
    "y",
    [
        [1, 1, 0, 1, 0],
        [[1], [1], [0], [1], [0]],
        [True, True, False, True, False],
        [[0, 1], [0, 1], [1, 0], [0, 1], [1, 0]],
    ],
)
def test_confusion(y):
    axis = pictures.confusion(classifier([[5.0], [0]]), X, y)
    # 1, 2 and 0.5 are predicted as class 1
    assert cell_texts(axis) == {
        (0, 0): "1\n50%",
        (0, 1): "1\n50%",
        (1, 0): "1\n33%",
        (1, 1): "2\n67%",
    }
    assert axis.get_title() == "3 of 5 right (60.0%)"
    (image,) = axis.images
    red, green = image.get_array()[1, 0], image.get_array()[1, 1]
    assert red[0] > red[1] and green[1] > green[0]


def test_confusion_of_names_and_many_classes():
    net = classifier([[1.0, 0, 0], [0, 1, 0]], activation="softmax")
    net.class_names = ["어제", "today", "tomorrow"]
    axis = pictures.confusion(net, [[3.0, 0], [0, 3]], ["어제", "today"], labels="ko")
    assert [t.get_text() for t in axis.get_yticklabels()] == net.class_names
    axis.figure.savefig("/dev/null", format="png")
    with pytest.raises(ValueError, match="got the name 'now'"):
        pictures.confusion(net, [[3.0, 0]], ["now"])
    with pytest.raises(ValueError, match="got the class 3, expected integers from 0 to 2"):
        pictures.confusion(net, [[3.0, 0]], [3])
    with pytest.raises(ValueError, match="got 2 classes for 1 rows"):
        pictures.confusion(net, [[3.0, 0]], [1, 1])


def test_boundary_of_two_classes():
    axis = pictures.boundary(classifier([[5.0], [0]], bias=-2.5), X, [1, 1, 0, 1, 0], steps=101)
    (lines,) = axis.collections[:1]
    points = np.concatenate(lines.get_paths()[0].to_polygons(closed_only=False))
    assert points[:, 0] == pytest.approx(0.5, abs=0.03)  # 5 x - 2.5 = 0
    dots = axis.collections[1:3]
    assert [len(d.get_offsets()) for d in dots] == [2, 3]
    assert rgb(dots[0].get_facecolor()[0]) == "#ffd43b"
    assert axis.collections[3].get_offsets().tolist() == [[-2, 1]]  # misclassified
    assert axis.get_title() == "4 of 5 right (80.0%)" and axis.get_xlabel() == "x0"


def test_boundary_of_several_classes_and_of_a_regression():
    net = classifier([[1.0, 0, -1], [0, 1, -1]], activation="softmax")
    axis = pictures.boundary(net, X, [0, 0, 2, 1, 1])
    image = axis.images[0].get_array()
    assert image.shape == (200, 200, 3) and 0 <= image.min() and image.max() <= 1
    axis = pictures.boundary(net, X)  # no samples
    assert axis.get_title() == ""
    axis = pictures.boundary(classifier([[2.0], [1]], activation="linear"), X, X.sum(1))
    assert axis.images[0].get_array().shape == (200, 200)
    assert axis.collections[0].get_array().tolist() == X.sum(1).tolist()


def test_boundary_of_more_inputs():
    net = classifier([[1.0], [1], [0]])
    rows = np.column_stack([X, [7.0] * 5])
    with pytest.raises(ValueError, match=r"got none for 3 inputs.*features=\(0, 1\)"):
        pictures.boundary(net, rows)
    axis = pictures.boundary(net, rows, features=(1, 0))
    assert axis.get_xlabel().startswith("x1\n") and "median" in axis.get_xlabel()
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows, columns=["height", "weight", "age"])
    axis = pictures.boundary(net, frame, features=("weight", "age"))
    assert axis.get_ylabel() == "age"
    with pytest.raises(ValueError, match="names of height, weight, age"):
        pictures.boundary(net, frame, features=("weight", "shoe"))
    with pytest.raises(ValueError, match="from 2 to 2000"):
        pictures.boundary(classifier([[1.0], [1]]), X, steps=1)


def test_background_and_text_colours():
    (axis,) = history(loss=[2.0, 1.0]).plot(theme="dark")
    assert rgb(axis.figure.get_facecolor()) == "#161b22"
    (axis,) = history(loss=[2.0, 1.0]).plot(theme="light")
    assert rgb(axis.figure.get_facecolor()) == "#ffffff"
    with plt.style.context("dark_background"):  # a dark style is kept
        (axis,) = history(loss=[2.0, 1.0]).plot()
        assert rgb(axis.figure.get_facecolor()) == "#000000"
        assert rgb(axis.title.get_color()) == "#e6ebf0"
    assert matplotlib.rcParams["text.color"] == "black"  # settings are restored
    own = plt.figure().add_subplot()
    assert pictures.confusion(classifier([[5.0], [0]]), X, [1, 1, 0, 1, 0], ax=own) is own
    with pytest.raises(ValueError, match="theme"):
        history(loss=[1.0]).plot(theme="blue")


def test_without_matplotlib_one_line_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match=r"^Charts need .*pip install 'brickwork\[plot\]'\.$"):
        history(loss=[1.0]).plot()


def test_a_notebook_shows_every_chart():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = [
        "from brickwork.callbacks import History; record = History()\n"
        "record.extend(range(2), {'loss': [2.0, 1.0]})",
        "record.plot()",
        "record.plot()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell in notebook.cells[1:]:
        assert any("image/png" in out.get("data", {}) for out in cell.outputs), cell.source
