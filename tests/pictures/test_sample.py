"""Values of one sample: compared with NumPy and finite differences, and on the bricks."""

import html
import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from drawing import of_class, parsed, text_boxes

import brickwork
from brickwork.layers import Activation, Dense, Dropout, Flatten
from brickwork.pictures.sample import steps
from brickwork.pictures.scene.formula import short
from brickwork.pictures.shapes import Piece, Rect, Text

X = np.array([0.5, -1.0, 0.25, 2.0])
DOCS = Path(__file__).parents[2] / "docs"


def model(loss="mse", last="linear", units=2, **options):
    np.random.seed(0)
    net = brickwork.Sequential(
        [
            Flatten(input_shape=(2, 2), dtype="float64"),
            Dense(
                3, activation="tanh", dtype="float64", bias_initializer="random_normal", **options
            ),
            Dropout(0.5, dtype="float64"),
            Dense(units, use_bias=False, dtype="float64"),
            Activation(last, dtype="float64"),
        ]
    )
    net.compile("sgd", loss, metrics=["accuracy"])
    return net


def close(a, b, tolerance=1e-9):
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


def test_forward_equals_numpy():
    net = model(last="softmax")
    (w1, b1, w2), flat = net.get_weights(), X
    flatten, dense, dropout, second, softmax = steps(net, X.reshape(2, 2)).stages
    z = flat @ w1 + b1
    a = np.tanh(z)
    y = np.exp(a @ w2) / np.exp(a @ w2).sum()
    assert close(flatten.outputs, flat) and flatten.sums is None
    assert close(dense.products, flat[:, None] * w1) and close(dense.weighted, flat @ w1)
    assert close(dense.sums, z) and close(dense.outputs, a) and close(dropout.outputs, a)
    assert close(second.sums, a @ w2) and close(second.sums, second.weighted)
    assert close(softmax.outputs, y) and close(softmax.outputs, net.predict(X.reshape(1, 2, 2)))


@pytest.mark.parametrize(
    ("loss", "last", "target"),
    [
        ("mse", "linear", [0.3, -1.0]),
        ("binary_crossentropy", "sigmoid", [1, 0]),
        ("categorical_crossentropy", "softmax", [0, 1]),
        ("sparse_categorical_crossentropy", "softmax", 1),
    ],
)
@pytest.mark.parametrize("penalty", [None, "l2"])
def test_backward_equals_finite_differences(loss, last, target, penalty):
    net = model(loss, last, kernel_regularizer=penalty, activity_regularizer=penalty)
    x, h = X.reshape(1, 2, 2), 1e-6
    before, results = net.get_weights(), net.evaluate(x, np.array([target]), verbose=0)[0]
    result = steps(net, x, target)
    assert close(result.loss, results, 1e-6) and net.metrics_names == ["loss", "accuracy"]

    def grads(array):
        found = np.empty_like(array)
        for i in np.ndindex(array.shape):
            kept, values = array[i], []
            for step in (h, -h):
                array[i] = kept + step
                net.set_weights(weights)
                values.append(steps(net, x, target).loss)
            array[i] = kept
            found[i] = (values[0] - values[1]) / (2 * h)
        net.set_weights(weights)
        return found

    weights = [w.copy() for w in before]
    dense, second = result.stages[1], result.stages[3]
    assert close(dense.kernel_gradient, grads(weights[0]), 1e-6)
    assert close(dense.bias_gradient, grads(weights[1]), 1e-6)
    assert close(dense.sum_gradient, dense.bias_gradient)  # a bias affects only its sum
    assert close(second.kernel_gradient, grads(weights[2]), 1e-6) and second.bias_gradient is None
    assert close(second.kernel_gradient, np.outer(second.inputs, second.sum_gradient), 1e-9)


def test_drawing_changes_nothing():
    net = model("sparse_categorical_crossentropy", "softmax")
    data = np.random.default_rng(0).normal(size=(32, 2, 2)), np.arange(32) % 2
    net.fit(*data, epochs=1, verbose=0)
    before = [v.numpy() for v in (*net.weights, *net.optimizer.variables)]
    counted = [float(m.result()) for m in net.metrics]
    net.draw(sample=data[0][:1], target=1)
    assert all(
        np.array_equal(a, v.numpy())
        for a, v in zip(before, (*net.weights, *net.optimizer.variables), strict=True)
    )
    assert [float(m.result()) for m in net.metrics] == counted


def pieces(text, kind):
    root = ElementTree.fromstring(text)
    return [e.attrib for e in root.iter() if e.get("class", "").split(" ")[0] == kind]


def test_values_are_on_the_right_bricks():
    net = model("sparse_categorical_crossentropy", "softmax")
    result = steps(net, X.reshape(2, 2), 1)
    text = net.draw(sample=X.reshape(2, 2), target=1).svg()
    names = [layer.name for layer in net.layers]

    def check(kind, field, attribute="data-value"):
        found = pieces(text, kind)
        assert found
        for piece in found:
            stage = result.stages[names.index(piece["data-layer"])]
            place = [int(piece[f"data-{k}"]) for k in ("row", "unit") if f"data-{k}" in piece]
            expected = (
                net.get_layer(piece["data-layer"]).kernel.numpy()
                if field == "kernel"
                else getattr(stage, field)
            )[tuple(place)]
            assert float(piece[attribute]) == pytest.approx(expected, rel=1e-8), piece
        return len(found)

    assert check("signal", "inputs") == 7 and check("weight", "kernel") == 18
    assert check("multiply", "products") == 18 and check("sum", "sums") == 5
    assert check("weight", "kernel_gradient", "data-gradient") == 18
    assert check("sum", "sum_gradient", "data-gradient") == 5
    assert check("number", "outputs") == 4 + 3 + 2  # Flatten, Dropout and softmax
    assert len(pieces(text, "activation")) == 3 + 2 + 1


def test_the_bias_may_have_its_own_brick():
    net = model()
    stage = steps(net, X.reshape(2, 2)).stages[1]
    text = net.draw(sample=X.reshape(2, 2), bias=True).svg()
    name = net.layers[1].name
    sums = [float(p["data-value"]) for p in pieces(text, "sum") if p["data-layer"] == name]
    biases = [float(p["data-value"]) for p in pieces(text, "bias")]
    assert close(sorted(sums), sorted(stage.weighted), 1e-7)
    assert close(sorted(biases), sorted(net.get_weights()[1]), 1e-7)


def words(text):
    return [e.text for e in ElementTree.fromstring(text).iter() if e.tag.endswith("}text")]


def test_the_formula_of_a_neuron():
    net = brickwork.Sequential(
        [
            Dense(2, input_dim=3, activation="relu", name="a"),
            Dense(2, activation="softmax", name="b"),
        ]
    )
    net.compile("sgd", "sparse_categorical_crossentropy")
    net.set_weights(
        [
            np.array([[1, 2], [3, -4], [0.5, 0.25]]),
            np.array([0.5, -1]),
            np.array([[0.1, -0.1], [0.2, 0]]),
            np.array([0.0, 0.25]),
        ]
    )
    shown = words(net.draw(sample=[1, -2, 4], neuron=("a", 1)).svg())
    start = shown.index("a, neuron 1")
    assert shown[start + 1 :] == [
        "relu(w0·x0 + w1·x1 + w2·x2 + b)",
        "= relu(2·1 + (−4)·(−2) + 0.25·4 + (−1))",
        "= relu(10) = 10",
        "Σ: the sum of the products and the bias",
    ]
    for neuron in ((-1, 1), ("b", 1)):
        shown = words(net.draw(sample=[1, -2, 4], neuron=neuron, target=0, labels="ko").svg())
        start = shown.index("b, 뉴런 1")
        assert shown[start + 1 : start + 7] == [
            "z1 = w0·x0 + w1·x1 + b",
            "= (−0.1)·0 + 0·10 + 0.25 = 0.25",
            "softmax(z0, z1)[1]",
            "= softmax(2, 0.25)[1] = 0.148",
            "∂L/∂z = 0.148, ∂L/∂b = 0.148",
            "∂L/∂w0 = ∂L/∂z·x0 = 0.148·0 = 0, ∂L/∂w1 = 0.148·10 = 1.48",
        ]
        assert shown[-1].startswith("∂: ") and "손실" in shown[-1]


def test_a_penalty_is_not_hidden_in_the_chain_rule():
    net = brickwork.Sequential([Dense(1, input_dim=2, kernel_regularizer="l2")])
    net.compile("sgd", "mse")
    text = " ".join(words(net.draw(sample=[1, 2], target=3, neuron=(0, 0)).svg()))
    assert "∂L/∂w0 = " in text and "∂L/∂z·x0" not in text


def test_the_description_has_the_prediction():
    net = model("sparse_categorical_crossentropy", "softmax")
    text = net.draw(sample=X.reshape(2, 2), target=1).svg()
    result = steps(net, X.reshape(2, 2), 1)
    description = re.search("<desc>(.*?)</desc>", text)[1]
    first, second = map(short, result.prediction)
    loss = short(result.loss)
    assert f"prediction {first}, {second} &#183; target 1 &#183; loss {loss}." in description
    korean = net.draw(sample=X.reshape(2, 2), labels="ko").scene.description
    assert f"예측 {first}, {second}." in korean
    wide = brickwork.Sequential([Dense(10, input_dim=2)])
    wide.set_weights([np.zeros((2, 10)), np.arange(10)])
    assert "unit 9 is the largest of 10 (9)" in wide.draw(sample=[0, 0]).scene.description


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.12345, "0.123"),
        (-0.5, "−0.5"),
        (12345, "1.23e4"),
        (1e-7, "1e−7"),
        (999.7, "1000"),
        (1234.4, "1234"),
        (9999.9, "1e4"),
        (0.00123456, "0.00123"),
        (0.000999, "9.99e−4"),
        (-0.0, "0"),
        (np.nan, "nan"),
        (-np.inf, "−∞"),
        (np.float32(0.1), "0.1"),
        (100, "100"),
        (-1e300, "−1e300"),
    ],
)
def test_short_numbers(number, text):
    assert short(number) == text


def texts_of(piece):
    return [p for p in piece.walk() if isinstance(p, Text)]


@pytest.mark.parametrize("seed", range(8))
def test_numbers_stay_on_their_bricks_without_overlap(seed):
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 6 if seed < 5 else 25, size=random.integers(2, 5)).tolist()
    layers = []
    for n, u in pairwise(sizes):
        layers.append(
            Dense(
                u,
                input_dim=n,
                use_bias=bool(random.integers(2)),
                activation=["relu", "tanh", "linear", "sigmoid"][random.integers(4)],
            )
        )
        if random.integers(3) == 0:
            layers.append(Activation("relu"))
    net = brickwork.Sequential(layers)
    net.compile("sgd", "mse")
    scale = 10.0 ** random.integers(-6, 6)
    net.set_weights([random.normal(size=w.shape) * scale for w in net.get_weights()])
    picture = net.draw(
        sample=random.normal(size=sizes[0]),
        target=random.normal(size=sizes[-1]),
        neuron=(0, 0),
        bias=bool(seed % 2),
        labels=["en", "ko"][seed % 2],
    )
    left, top, right, bottom = picture.scene.bounds()
    everything = [t.bounds() for t in picture.scene.walk() if isinstance(t, Text)]
    for a in everything:
        assert left <= a[0] and a[2] <= right and top <= a[1] and a[3] <= bottom
    for a, b in combinations(everything, 2):  # the x-height must be free
        assert (
            a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] - 2 <= b[1] + 2 or b[3] - 2 <= a[1] + 2
        ), (a, b)
    for piece in picture.scene.walk():
        if isinstance(piece, Piece) and "value" in piece.data and texts_of(piece):
            # A signal in columns has a brick at the bottom, and a tag at the start of its rail.
            bodies = [
                p.bounds() for p in piece.parts if isinstance(p, Rect) and p.css in ("", "tag")
            ]
            for text in texts_of(piece) if bodies else ():
                x0, y0, x1, y1 = text.bounds()
                assert any(
                    a <= x0 and x1 <= c + 0.1 and b - 2.5 <= y0 and y1 <= d + 0.1
                    for a, b, c, d in bodies
                ), (piece.css, text)


def test_large_models_are_drawn_at_a_level_that_fits():
    net = brickwork.Sequential([Dense(80, input_dim=90, activation="relu"), Dense(20), Dense(1)])
    text = net.draw(sample=np.ones(90), neuron=(0, 79)).svg()
    assert len(pieces(text, "weight")) == 80 * 20 + 20  # as lines
    assert not pieces(text, "multiply") and len(text) < 1_000_000
    assert "… × 82" in " ".join(words(text))


def check_error(words, net, **options):
    with pytest.raises(ValueError, match="(?s)" + words):
        net.draw(**options)


def test_refusals():
    net = model("sparse_categorical_crossentropy", "softmax")
    row = X.reshape(2, 2)
    check_error(
        r"sample: got .*shape \(3, 2, 2\).*one row: \(2, 2\) or \(1, 2, 2\).*3 rows.*"
        r"x\[0\]",
        net,
        sample=np.zeros((3, 2, 2)),
    )
    check_error(r"sample: got .*\(4,\)", net, sample=X)
    check_error("sample: got values that are not finite", net, sample=row * np.nan)
    check_error("sample: got None", net, target=1)
    check_error("sample: got None", net, neuron=(0, 0))
    check_error("target: got .*one row", net, sample=row, target=[1, 0, 1])
    check_error("labels from 7", net, sample=row, target=7)
    check_error("view: got 'isometric'", net, sample=row, view="isometric")
    check_error("neuron: got the layer 9", net, sample=row, neuron=(9, 0))
    check_error("neuron: got the layer .*flatten.*no weights", net, sample=row, neuron=(0, 0))
    check_error("neuron: got unit 3 .*0 to 2", net, sample=row, neuron=(1, 3))
    check_error(r"neuron: got .*\(layer, unit\)", net, sample=row, neuron=1)
    fresh = brickwork.Sequential([Dense(1, input_dim=2)])
    check_error("target: got one for a model that has no loss", fresh, sample=[1, 2], target=1)
    check_error("model: got .*no weights", Dense(1, input_dim=2), sample=[1, 2])
    check_error(
        "model: got .*no weights", brickwork.Sequential([Flatten(input_shape=(2,))]), sample=[1, 2]
    )
    check_error(
        "several axes",
        brickwork.Sequential([Dense(2, input_shape=(3, 2))]),
        sample=np.zeros((3, 2)),
    )

    class More(brickwork.Sequential):
        def call(self, inputs, training=None, mask=None):
            return super().call(inputs, training) * 2

    check_error("more than call its layers", More([Dense(1, input_dim=2)]), sample=[1, 2])


@pytest.mark.parametrize(
    ("name", "epoch"),
    [("pictures-live.md", "epoch 20/20"), ("pictures-live.ko.md", "에포크 20/20")],
)
def test_the_page_is_true(name, epoch, tmp_path, monkeypatch, capsys):
    """The blocks of the page run in order and create the page's picture."""
    page = (DOCS / name).read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    space = {}
    for code in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(code, space)
    assert epoch in html.unescape((tmp_path / "model.svg").read_text("utf-8"))
    assert "<animate " in (tmp_path / "film.svg").read_text("utf-8")
    assert (tmp_path / "film.html").exists()
    assert capsys.readouterr().out.startswith("(4, 3) [")
    shown = re.search(r"\(pictures/(sample.*?\.svg)\)", page)[1]

    def without_last_digits(text):
        return re.sub(r' data-(value|gradient)="[^"]*"|<style>.*</style>', "", text)

    net = (tmp_path / shown.replace(".ko", "")).read_text("utf-8")
    stands = (DOCS / "pictures" / shown).read_text("utf-8")
    assert without_last_digits(net) == without_last_digits(stands)
    assert "data-gradient" not in (tmp_path / "forward.svg").read_text("utf-8")


@pytest.mark.parametrize("sizes", [(4, 8, 6, 1), (4, 10, 3), (3, 2), (2, 2, 1)])
def test_a_narrow_page_shows_less_rather_than_smaller(sizes):
    np.random.seed(0)  # the widths of numbers depend on the weights
    model = brickwork.Sequential(
        [brickwork.Input((sizes[0],)), *(Dense(n, activation="relu") for n in sizes[1:])]
    )
    for size in (400, 830):
        assert model.draw(sample=np.ones(sizes[0]), size=size).scene.width <= 1.25 * size


def test_the_frame_of_a_neuron_crosses_no_number():
    np.random.seed(3)
    model = brickwork.Sequential(
        [
            brickwork.Input((4,)),
            Dense(6),
            brickwork.layers.BatchNormalization(),
            Dense(3, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    scene = model.draw(sample=[0.5, -1, 0.25, 2], target=1, neuron=(0, 1)).scene
    frame = next(s for s in scene.parts if getattr(s, "css", "") == "chosen")
    for text, _, points in text_boxes(scene):
        ys, xs = [y for _, y in points], [x for x, _ in points]
        if max(xs) > frame.x and min(xs) < frame.x + frame.w and min(ys) < frame.y:
            assert max(ys) < frame.y + 1, text  # digits end 3 pixels higher; the line is 2 wide


def test_all_sums_of_a_layer_show_the_bias_or_none_does():
    np.random.seed(0)
    for units in range(2, 9):
        model = brickwork.Sequential(
            [brickwork.Input((4,)), Dense(units, activation="relu"), Dense(3)]
        )
        model.layers[0].bias.assign(np.random.normal(size=units))
        root = parsed(model.draw(sample=[5.1, 3.5, 1.4, 0.2]))
        for layer in of_class(root, "layer"):
            shown = {
                any("=" in (t.text or "") for t in red if t.tag.endswith("text"))
                for red in of_class(layer, "sum")
            }
            assert len(shown) == 1, units
