"""`model_to_dot` and `plot_model`, with and without pydot, with and without Graphviz."""

import inspect
import os
import re
import stat
import sys
import warnings
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pydot
import pytest
from samples import chain, dense, lesson

from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Model, Sequential
from brickwork.pictures import boxes, graph, model_to_dot, plot_model
from brickwork.pictures.text import escape, text_width

SVG = "{http://www.w3.org/2000/svg}"
WILD = '<script>alert("x")</script> & \'q\' \\n \uac00\uc911\uce58 \x00\x1b\ud800 {|}'


@pytest.fixture(params=["pydot", "no pydot"])
def library(request, monkeypatch):
    if request.param == "no pydot":
        monkeypatch.setitem(sys.modules, "pydot", None)
    graph._pydot_kinds.cache_clear()
    yield request.param
    graph._pydot_kinds.cache_clear()


@pytest.fixture
def no_graphviz(monkeypatch):
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def fake_graphviz(monkeypatch, tmp_path):
    """A `dot` that answers its arguments and the graph that it was given."""
    program = tmp_path / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys\nfiles = [a for a in sys.argv[1:] if a[0] "
                       "!= '-']\ntext = open(files[0]).read() if files else sys.stdin.read()\n"
                       "options = [a for a in sys.argv[1:] if a[0] == '-']\n"
                       "print(' '.join(options), text)\n"
                       "sys.exit('bad graph' if '-Tbad' in options else 0)\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))


def graph_from_text(text: str) -> list[pydot.Dot]:
    """What pydot reads; its own parser is in use even while `import pydot` is forbidden."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydot's, about pyparsing
        patch.setitem(sys.modules, "pydot", pydot)
        return pydot.graph_from_dot_data(text)


def texts(svg: bytes) -> list[str]:
    return [element.text for element in ET.fromstring(svg).iter(SVG + "text")]


def test_signatures_are_keras_s(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    import keras

    for ours, theirs in ((model_to_dot, keras.utils.model_to_dot),
                         (plot_model, keras.utils.plot_model)):
        parameters = {n: p.default for n, p in inspect.signature(theirs).parameters.items()}
        parameters.pop("kwargs")
        assert {n: p.default for n, p in inspect.signature(ours).parameters.items()} == parameters


def test_pydot_s_own_graph_where_it_is_installed(library):
    dot = model_to_dot(lesson())
    assert isinstance(dot, pydot.Dot) is (library == "pydot")
    for method in ("to_string", "create", "write", "create_svg", "write_png"):
        assert callable(getattr(dot, method))
    with pytest.raises(AttributeError):
        dot.nothing_of_the_kind  # noqa: B018


def test_the_lesson_s_line(library, no_graphviz):
    svg = model_to_dot(lesson(), show_shapes=True).create(prog="dot", format="svg")
    assert isinstance(svg, bytes)
    said = texts(svg)
    for name, inputs, outputs in (("dense", 4, 8), ("dense_1", 8, 6), ("dense_2", 6, 1)):
        at = said.index(name)
        assert said[at:at + 6] == [name, " (Dense)", "Input shape: ", f"(None, {inputs})",
                                   "Output shape: ", f"(None, {outputs})"]


def test_every_option_is_in_the_text_and_in_the_picture(library, no_graphviz):
    model = chain(4, dense("first", 8), Dropout(0.5, name="second"),
                  dense("third", 1, trainable=False))
    options = {"show_shapes": "(None, 8)", "show_dtype": "float32",
               "show_layer_activations": "relu", "show_trainable": "Non-trainable"}
    for option, word in options.items():
        for on in (False, True):
            dot = model_to_dot(model, **{option: on})
            assert (word in dot.to_string()) is on
            assert (word in texts(dot.create(format="svg"))) is on
    both = model_to_dot(model, show_layer_names=False)
    assert "second" not in both.to_string()
    assert texts(both.create(format="svg")) == ["Dense", "Dropout", "Dense"]


@pytest.mark.parametrize("nested", [False, True])
def test_nested_models(library, no_graphviz, nested):
    inner = chain(8, dense("in1", 6), dense("in2", 3), name="inner")
    model = chain(4, dense("a", 8), inner, dense("b", 1))
    dot = model_to_dot(model, expand_nested=nested)
    names = [t for t in texts(dot.create(format="svg")) if not t.startswith(" (")]
    assert names == (["a", "inner", "in1", "in2", "b"] if nested else ["a", "inner", "b"])
    edges = re.findall(r"layer(\d) -> layer(\d)", dot.to_string())
    count = 4 if nested else 3
    assert edges == [(str(i), str(i + 1)) for i in range(1, count)]
    assert ("subgraph cluster_" in dot.to_string()) is nested


def test_the_text_is_a_graph_that_pydot_can_read(library):
    inner = chain(8, dense(WILD, 6), name=f"{WILD} inner")
    dot = model_to_dot(chain(4, dense(WILD, 8), inner, name=WILD), True, True, rankdir="LR",
                       expand_nested=True, splines="curved")
    (read,) = graph_from_text(dot.to_string())
    assert read.get("rankdir") == "LR" and read.get("splines") == "curved"
    assert [node.get_name() for node in read.get_nodes() if node.get_name() != "node"] == [
        "layer1"]
    (cluster,) = read.get_subgraphs()
    assert [node.get_name() for node in cluster.get_nodes()] == ["layer2"]
    assert [(e.get_source(), e.get_destination()) for e in read.get_edges()] == [
        ("layer1", "layer2")]
    labels = [read.get_node("layer1")[0].get("label"), cluster.get_node("layer2")[0].get("label")]
    for label in labels:
        assert ET.fromstring(label[1:-1]).tag == "table", "a label is well-formed"


def test_a_wild_name_is_only_text(library, no_graphviz):
    svg = model_to_dot(lesson(WILD), show_shapes=True).create(format="svg")
    kinds = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert kinds == {"svg", "title", "desc", "rect", "g", "text", "polyline", "polygon"}
    drawn = next(t for t in texts(svg) if "alert" in t)
    assert drawn == WILD.translate({0: " ", 0x1b: " ", 0xd800: "\ufffd"})
    assert svg.isascii() and model_to_dot(lesson(WILD)).to_string().isascii()


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_boxes_follow_the_flow_and_do_not_overlap(rankdir):
    inner = boxes.Group("inner", [boxes.Box("2", "in", "Dense"), boxes.Box("3", "in2", "Dense")])
    chain = boxes.Group("m", [boxes.Box("1", "a", "Dense", [[boxes.Cell("x", "y" * 40)]]), inner,
                              boxes.Box("4", "b", "Dense")])
    plan = boxes._Plan(rankdir)
    width, height = plan.extent(chain)
    plan.place(chain, 0, 0, width, height)
    places = [plan.at[str(i)] for i in range(1, 5)]
    along = 1 if rankdir in ("TB", "BT") else 0
    starts = [place[along] for place in places]
    assert starts == sorted(starts, reverse=rankdir in ("BT", "RL"))
    for (x, y, w, h) in places:
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height
    ordered = sorted(places, key=lambda place: place[along])
    for one, two in pairwise(ordered):
        assert one[along] + one[along + 2] + boxes.GAP <= two[along] + 1e-9
    root = ET.fromstring(boxes.svg(chain, rankdir))
    _, _, right, bottom = map(float, root.get("viewBox").split())
    assert (right, bottom) == (pytest.approx(width + 8, abs=.1), pytest.approx(height + 8, abs=.1))


def graph_of_boxes(seed: int) -> boxes.Group:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 12))
    items = [boxes.Box(str(i), "name" * int(rng.integers(1, 6)), "Dense") for i in range(count)]
    sources = [tuple({int(j) for j in rng.integers(0, i, size=rng.integers(1, 4))}) if i else ()
               for i in range(count)]
    if rng.random() < 0.3:  # a layer called on its own answer, one on a later one's
        sources[-1] = (*sources[-1], count - 1)
        sources[0] = (int(rng.integers(count)),)
    return boxes.Group("m", items, sources)


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("seed", range(15))
def test_arrows_of_a_graph_end_at_its_boxes_and_run_through_none(rankdir, seed):
    group = graph_of_boxes(seed)
    plan = boxes._Plan(rankdir)
    width, height = plan.extent(group)
    plan.place(group, 0, 0, width, height)
    assert len(plan.arrows) == len(group.edges()) == sum(map(len, group.sources))
    places = list(plan.at.values())
    for i, (x, y, w, h) in enumerate(places):
        assert x >= 0 and y >= 0 and x + w <= width + 1e-9 and y + h <= height + 1e-9
        for left, top, wide, tall in places[:i]:
            assert x + w <= left or left + wide <= x or y + h <= top or top + tall <= y
    for arrow in plan.arrows:
        corners = np.array([[float(v) for v in pair.split(",")] for pair in
                            re.search(r'polyline points="([^"]*)"', arrow)[1].split()])
        assert (corners >= -1e-9).all() and (corners <= [width, height]).all()
        for one, two in pairwise(corners):
            for x, y in one + (two - one) * np.linspace(0, 1, 50)[:, None]:
                inside = [left + 1 < x < left + w - 1 and top + 1 < y < top + h - 1
                          for left, top, w, h in places]
                assert not any(inside)


def test_a_functional_model_s_arrows_are_its_connections(library, no_graphviz):
    x, y = Input((3,), name="x"), Input((3,), name="y")
    shared = Dense(3, name="shared")
    inner = chain(3, dense("i1", 3), dense("i2", 3), name="inner")
    model = Model([x, y], [inner(shared(x) + shared(y)), Dense(1, name="end")(y)])
    named = {}
    for line in model_to_dot(model, expand_nested=True).to_string().splitlines():
        if found := re.search(r"(layer\d+) .*<b>(\w+)</b>", line):
            named[found[1]] = found[2]
    edges = re.findall(r"(layer\d+) -> (layer\d+)", model_to_dot(
        model, expand_nested=True).to_string())
    add = next(layer.name for layer in model.layers if layer.name.startswith("add"))
    assert sorted((named[a], named[b]) for a, b in edges) == sorted([
        ("x", "shared"), ("y", "shared"), ("shared", add), (add, "i1"), ("i1", "i2"),
        ("y", "end")])
    svg = model_to_dot(model, show_shapes=True).create(format="svg")
    assert svg.count(b"<polyline") == 5


def test_texts_fit_their_cells():
    chain = boxes.Group("m", [boxes.Box("1", "W" * 30 + "\uac00" * 20, "Dense",
                                        [[boxes.Cell("ill", "\u2003" * 3), boxes.Cell("", "M")]])])
    root = ET.fromstring(boxes.svg(chain))
    cells = [(float(r.get("x")), float(r.get("x")) + float(r.get("width")))
             for r in root.iter(SVG + "rect")]
    for text in root.iter(SVG + "text"):
        start = float(text.get("x"))
        end = start + float(text.get("textLength"))
        assert any(left + 9 <= start and end <= right - 9 for left, right in cells)


def test_widths_are_helvetica_s():
    assert text_width("Wil", 1000) == 944 + 222 + 222
    assert text_width("Wil", 1000, bold=True) == 944 + 278 + 278
    assert text_width("\uac00e\u0301", 10) == pytest.approx(10 + 5.56)


def test_same_model_same_bytes(no_graphviz):
    one, two = (model_to_dot(lesson(), True).create(format="svg") for _ in range(2))
    assert one == two


def test_graphviz_is_used_where_it_is(library, fake_graphviz):
    dot = model_to_dot(lesson(), rankdir="LR", dpi=96)
    assert dot.create(prog="dot", format="svg").startswith(b"-Tsvg digraph G {")
    png = dot.create_png()
    assert b"-Tpng" in png[:40] and b"-Gdpi=96" in png[:40] and b"rankdir=LR" in png
    assert b"-Gsize=3 " in dot.create(["dot", "-Gsize=3"], "pdf")
    with pytest.raises((RuntimeError, AssertionError)):
        dot.create(format="bad")


def test_without_graphviz_other_formats_say_what_to_do(library, no_graphviz, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"got format 'png'.*install"):
        plot_model(lesson(), tmp_path / "model.png")
    assert os.listdir(tmp_path) == []


def test_plot_model_writes_files(library, no_graphviz, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert plot_model(lesson(), tmp_path / "m.svg", show_shapes=True) is None
    assert "(None, 4)" in texts((tmp_path / "m.svg").read_bytes())
    assert "dense_1" not in texts((tmp_path / "m.svg").read_bytes()), "names are off by default"
    plot_model(lesson(), str(tmp_path / "m.dot"), show_layer_names=True)
    assert "dense_1" in (tmp_path / "m.dot").read_text()


def test_plot_model_without_an_ending_writes_png_as_keras_does(fake_graphviz, tmp_path):
    plot_model(lesson(), tmp_path / "model")
    assert b"-Tpng" in (tmp_path / "model").read_bytes()


def test_in_a_notebook_the_picture_is_answered(no_graphviz, tmp_path):
    from IPython.display import SVG as Shown

    shown = plot_model(lesson(), tmp_path / "m.svg")
    assert isinstance(shown, Shown) and "<svg" in shown.data
    assert "<svg" in model_to_dot(lesson())._repr_svg_()


def test_a_cluster_goes_into_another_graph(library):
    part = model_to_dot(lesson(), subgraph=True)
    assert part.to_string().startswith("subgraph cluster_model {")
    assert 'label="sequential"' in part.to_string()


@pytest.mark.parametrize(("kwargs", "words"), [
    ({"rankdir": "lr"}, "rankdir: got 'lr'"), ({"rankdir": None}, "expected one of BT, LR"),
])
def test_unknown_options_are_refused(kwargs, words):
    with pytest.raises(ValueError, match=words):
        model_to_dot(lesson(), **kwargs)


def test_a_model_that_is_not_built_is_refused():
    model = Sequential([Dense(3)])
    with pytest.raises(ValueError, match=r"model\.build\(\(None, n\)\)"):
        model_to_dot(model)


def test_a_model_that_is_no_chain_is_one_box(library, no_graphviz):
    class Mine(Model):
        def __init__(self):
            super().__init__(name="mine")
            self.inner = Dense(1)

        def call(self, inputs):
            return self.inner(inputs)

    model = Mine()
    model(np.zeros((2, 4)))
    assert texts(model_to_dot(model).create(format="svg")) == ["mine", " (Mine)"]


def test_escape():
    assert escape("a<b>&\"'\n\uac00") == "a&lt;b&gt;&amp;&quot;&#39; &#44032;"
