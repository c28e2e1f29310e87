"""`model_to_dot` and `plot_model`, with and without pydot, with and without Graphviz."""

import inspect
import os
import re
import shutil
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
from brickwork.pictures import boxes, diagram, fonts, graph, model_to_dot, plot_model
from brickwork.pictures.formats import WRITERS
from brickwork.pictures.layout import layout
from brickwork.pictures.text import escape, text_width

SVG = "{http://www.w3.org/2000/svg}"
WILD = "<script>alert(\"x\")</script> & 'q' \\n \uac00\uc911\uce58 \x00\x1b\ud800 {|}"


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
    """A `dot` that prints its arguments and the graph it was given."""
    program = tmp_path / "dot"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfiles = [a for a in sys.argv[1:] if a[0] "
        "!= '-']\ntext = open(files[0]).read() if files else sys.stdin.read()\n"
        "options = [a for a in sys.argv[1:] if a[0] == '-']\n"
        "print(' '.join(options), text)\n"
        "sys.exit('bad graph' if '-Tbad' in options else 0)\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))


def graph_from_text(text: str) -> list[pydot.Dot]:
    """Parse with pydot, even while `import pydot` is blocked."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydot's warning about pyparsing
        patch.setitem(sys.modules, "pydot", pydot)
        return pydot.graph_from_dot_data(text)


def texts(svg: bytes) -> list[str]:
    return [element.text for element in ET.fromstring(svg).iter(SVG + "tspan")]


def test_signatures_are_keras_s(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    import keras

    for ours, theirs in (
        (model_to_dot, keras.utils.model_to_dot),
        (plot_model, keras.utils.plot_model),
    ):
        parameters = {n: p.default for n, p in inspect.signature(theirs).parameters.items()}
        parameters.pop("kwargs")
        assert {n: p.default for n, p in inspect.signature(ours).parameters.items()} == parameters


def test_pydot_s_own_graph_if_it_is_installed(library):
    dot = model_to_dot(lesson())
    assert isinstance(dot, pydot.Dot) is (library == "pydot")
    for method in ("to_string", "create", "write", "create_svg", "write_png"):
        assert callable(getattr(dot, method))
    with pytest.raises(AttributeError):
        dot.nothing_of_the_kind  # noqa: B018


def test_shapes_of_the_lesson_s_model(library, no_graphviz):
    svg = model_to_dot(lesson(), show_shapes=True).create(prog="dot", format="svg")
    assert isinstance(svg, bytes)
    output_texts = texts(svg)
    for name, inputs, outputs in (("dense", 4, 8), ("dense_1", 8, 6), ("dense_2", 6, 1)):
        at = output_texts.index(name)
        assert output_texts[at : at + 6] == [
            name,
            " (Dense)",
            "Input shape: ",
            f"(None, {inputs})",
            "Output shape: ",
            f"(None, {outputs})",
        ]


def test_every_option_is_in_the_text_and_in_the_picture(library, no_graphviz):
    model = chain(
        4, dense("first", 8), Dropout(0.5, name="second"), dense("third", 1, trainable=False)
    )
    options = {
        "show_shapes": "(None, 8)",
        "show_dtype": "float32",
        "show_layer_activations": "relu",
        "show_trainable": "Non-trainable",
    }
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
    assert names == (["inner", "a", "in1", "in2", "b"] if nested else ["a", "inner", "b"])
    edges = re.findall(r"layer(\d) -> layer(\d)", dot.to_string())
    count = 4 if nested else 3
    assert edges == [(str(i), str(i + 1)) for i in range(1, count)]
    assert ("subgraph cluster_" in dot.to_string()) is nested


def test_the_text_is_a_graph_that_pydot_can_read(library):
    inner = chain(8, dense(WILD, 6), name=f"{WILD} inner")
    dot = model_to_dot(
        chain(4, dense(WILD, 8), inner, name=WILD),
        True,
        True,
        rankdir="LR",
        expand_nested=True,
        splines="curved",
    )
    (read,) = graph_from_text(dot.to_string())
    assert read.get("rankdir") == "LR" and read.get("splines") == "curved"
    assert [node.get_name() for node in read.get_nodes() if node.get_name() != "node"] == ["layer1"]
    (cluster,) = read.get_subgraphs()
    assert [node.get_name() for node in cluster.get_nodes()] == ["layer2"]
    assert [(e.get_source(), e.get_destination()) for e in read.get_edges()] == [
        ("layer1", "layer2")
    ]
    labels = [read.get_node("layer1")[0].get("label"), cluster.get_node("layer2")[0].get("label")]
    for label in labels:
        assert ET.fromstring(label[1:-1]).tag == "table", "a label is well-formed"


def test_a_wild_name_is_only_text(library, no_graphviz):
    svg = model_to_dot(lesson(WILD), show_shapes=True).create(format="svg")
    kinds = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert kinds == {"svg", "title", "desc", "rect", "g", "text", "tspan", "path", "polygon"}
    drawn = next(t for t in texts(svg) if "alert" in t)
    assert drawn == WILD.translate({0: " ", 0x1B: " ", 0xD800: "\ufffd"})
    assert svg.isascii() and model_to_dot(lesson(WILD)).to_string().isascii()


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_boxes_follow_the_flow_and_do_not_overlap(rankdir):
    inner = boxes.Group("inner", [boxes.Box("2", "in", "Dense"), boxes.Box("3", "in2", "Dense")])
    chain = boxes.Group(
        "m",
        [
            boxes.Box("1", "a", "Dense", [[boxes.Cell("x", "y" * 40)]]),
            inner,
            boxes.Box("4", "b", "Dense"),
        ],
    )
    plan = layout(chain, rankdir, boxes.box_size)
    width, height = plan.width, plan.height
    places = [plan.at[str(i)] for i in range(1, 5)]
    along = 1 if rankdir in ("TB", "BT") else 0
    starts = [place[along] for place in places]
    assert starts == sorted(starts, reverse=rankdir in ("BT", "RL"))
    for x, y, w, h in places:
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height
    ordered = sorted(places, key=lambda place: place[along])
    for one, two in pairwise(ordered):
        assert one[along] + one[along + 2] + boxes.GAP <= two[along] + 1e-9
    root = ET.fromstring(diagram.svg(chain, rankdir))
    _, _, right, bottom = map(float, root.get("viewBox").split())
    assert (right, bottom) == (
        pytest.approx(width + 8, abs=0.1),
        pytest.approx(height + 8, abs=0.1),
    )


def graph_of_boxes(seed: int) -> boxes.Group:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 12))
    items = [boxes.Box(str(i), "name" * int(rng.integers(1, 6)), "Dense") for i in range(count)]
    sources = [
        tuple({int(j) for j in rng.integers(0, i, size=rng.integers(1, 4))}) if i else ()
        for i in range(count)
    ]
    if rng.random() < 0.3:  # a layer called on its own output, and one on a later output
        sources[-1] = (*sources[-1], count - 1)
        sources[0] = (int(rng.integers(count)),)
    return boxes.Group("m", items, sources)


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("seed", range(15))
def test_arrows_of_a_graph_end_at_its_boxes_and_run_through_none(rankdir, seed):
    group = graph_of_boxes(seed)
    plan = layout(group, rankdir, boxes.box_size)
    assert len(plan.routes) == len(group.edges()) == sum(map(len, group.sources))
    check_routes(plan)


def check_routes(plan):
    """Check that boxes are separate and inside; arrows end at boxes and run through none."""
    places = list(plan.at.values())
    for i, (x, y, w, h) in enumerate(places):
        assert x >= -1e-9 and y >= -1e-9
        assert x + w <= plan.width + 1e-9 and y + h <= plan.height + 1e-9
        for left, top, wide, tall in places[:i]:
            assert x + w <= left or left + wide <= x or y + h <= top or top + tall <= y
    for source, target, corners in plan.routes:
        for box, (x, y) in ((source, corners[0]), (target, corners[-1])):
            left, top, wide, tall = plan.at[box.id]
            assert left - 1e-6 <= x <= left + wide + 1e-6 and top - 1e-6 <= y <= top + tall + 1e-6
        corners = np.array(corners)
        assert (corners >= -1e-9).all() and (
            corners <= np.array([plan.width, plan.height]) + 1e-9
        ).all()
        for one, two in pairwise(corners):
            assert np.isclose(one, two).any(), "lines go down or aside"
            for x, y in one + (two - one) * np.linspace(0, 1, 50)[:, None]:
                inside = [
                    left + 1 < x < left + w - 1 and top + 1 < y < top + h - 1
                    for left, top, w, h in places
                ]
                assert not any(inside)


@pytest.mark.parametrize("seed", range(20))
def test_arrows_of_two_boxes_never_overlap(seed):
    """Otherwise they could not be told apart; arrows of one box share their path."""
    group = graph_of_boxes(seed)
    plan = layout(group, "TB", boxes.box_size)
    pieces = [
        (source.id, *sorted([tuple(one), tuple(two)]))
        for source, _, corners in plan.routes
        for one, two in pairwise(corners)
    ]
    for i, (source, (x, y), (right, foot)) in enumerate(pieces):
        for other, (left, top), (to, low) in pieces[:i]:
            if source == other:
                continue
            same_column = abs(x - right) < 1 and abs(left - to) < 1 and abs(x - left) < 1
            same_row = abs(y - foot) < 1 and abs(top - low) < 1 and abs(y - top) < 1
            assert not (same_column and min(foot, low) - max(y, top) > 1)
            assert not (same_row and min(right, to) - max(x, left) > 1)


def box(name: str) -> boxes.Box:
    return boxes.Box(name, name, "Dense")


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_an_arrow_leaves_a_frame_beside_the_boxes_behind_it(rankdir):
    inner = boxes.Group(
        "inner", [box("i"), box("early"), box("late")], [(), (0,), (1,)], [0], [1, 2]
    )
    outer = boxes.Group(
        "outer",
        [
            box("in"),
            boxes.Group("middle", [inner, box("m")], [(), (0,)], [0], [0, 1]),
            box("a"),
            box("b"),
            box("c"),
        ],
        [(), (0,), (1,), (1,), (1,)],
    )
    plan = layout(outer, rankdir, boxes.box_size)
    check_routes(plan)
    assert len(plan.frames) == 2


def test_a_trunk_with_branches_around_it_is_straight():
    """Successive boxes are in one line, whatever their width; the branch goes around."""
    sources = [(), (0,), (1,), (2,), (3, 1), (4,), (5,), (6, 4)]
    names = "abcdefghijk"
    items = [boxes.Box(names[i], names[i] * (1 + 5 * (i % 3)), "Dense") for i in range(8)]
    plan = layout(boxes.Group("m", items, sources), "TB", boxes.box_size)
    assert len({round(x + w / 2, 3) for x, _, w, _ in plan.at.values()}) == 1
    assert [len(corners) for *_, corners in plan.routes] == [2, 2, 2, 2, 6, 2, 2, 2, 6]


def test_a_functional_model_s_arrows_are_its_connections(library, no_graphviz):
    x, y = Input((3,), name="x"), Input((3,), name="y")
    shared = Dense(3, name="shared")
    inner = chain(3, dense("i1", 3), dense("i2", 3), name="inner")
    model = Model([x, y], [inner(shared(x) + shared(y)), Dense(1, name="end")(y)])
    named = {}
    for line in model_to_dot(model, expand_nested=True).to_string().splitlines():
        if found := re.search(r"(layer\d+) .*<b>(\w+)</b>", line):
            named[found[1]] = found[2]
    edges = re.findall(
        r"(layer\d+) -> (layer\d+)", model_to_dot(model, expand_nested=True).to_string()
    )
    add = next(layer.name for layer in model.operations if layer.name.startswith("add"))
    assert sorted((named[a], named[b]) for a, b in edges) == sorted(
        [("x", "shared"), ("y", "shared"), ("shared", add), (add, "i1"), ("i1", "i2"), ("y", "end")]
    )
    svg = model_to_dot(model, show_shapes=True).create(format="svg")
    assert svg.count(b"<polygon") == 5


def test_texts_fit_their_cells():
    chain = boxes.Group(
        "m",
        [
            boxes.Box(
                "1",
                "W" * 30 + "\uac00" * 20,
                "Dense",
                [[boxes.Cell("ill", "\u2003" * 3), boxes.Cell("", "M")]],
            )
        ],
    )
    root = ET.fromstring(diagram.svg(chain))
    cells = [
        (float(r.get("x")), float(r.get("x")) + float(r.get("width")))
        for r in root.iter(SVG + "rect")
    ]
    for text in root.iter(SVG + "text"):
        assert text.get("text-anchor") == "middle"
        start = float(text.get("x")) - float(text.get("textLength")) / 2
        end = start + float(text.get("textLength"))
        assert any(left + 9 <= start and end <= right - 9 for left, right in cells)


def test_widths_are_helvetica_s():
    assert text_width("Wil", 1000) == 944 + 222 + 222
    assert text_width("Wil", 1000, bold=True) == 944 + 278 + 278
    assert text_width("\uac00e\u0301", 10) == pytest.approx(10 + 5.56)


def test_same_model_same_bytes(no_graphviz):
    one, two = (model_to_dot(lesson(), True).create(format="svg") for _ in range(2))
    assert one == two


def test_graphviz_is_used_if_it_is_installed(library, fake_graphviz):
    dot = model_to_dot(lesson(), rankdir="LR", dpi=96)
    assert dot.create(prog="dot", format="svg").startswith(b"-Tsvg digraph G {")
    png = dot.create_png()
    assert b"-Tpng" in png[:40] and b"-Gdpi=96" in png[:40] and b"rankdir=LR" in png
    assert b"-Gsize=3 " in dot.create(["dot", "-Gsize=3"], "pdf")
    with pytest.raises((RuntimeError, AssertionError)):
        dot.create(format="bad")


BEGINNINGS = {
    "png": b"\x89PNG",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "gif": b"GIF8",
    "webp": b"RIFF",
    "tif": b"II*",
    "tiff": b"II*",
    "bmp": b"BM",
    "pdf": b"%PDF",
    "svg": b"<svg",
}


@pytest.fixture
def font():
    try:
        fonts.sans()
    except RuntimeError:
        pytest.skip("a font is not installed (Debian: fonts-dejavu-core)")


@pytest.mark.usefixtures("font")
def test_every_format_without_graphviz(library, no_graphviz, tmp_path):
    assert set(BEGINNINGS) == set(WRITERS)
    for format, beginning in BEGINNINGS.items():
        plot_model(lesson(), tmp_path / f"model.{format}", dpi=50)
        assert (tmp_path / f"model.{format}").read_bytes().startswith(beginning)


@pytest.mark.usefixtures("font")
def test_keras_s_default_name_is_a_picture_with_text(no_graphviz, tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    plot_model(lesson(), show_layer_names=True, dpi=144)
    image = Image.open("model.png").convert("RGB")
    root = ET.fromstring(model_to_dot(lesson()).create(format="svg"))
    assert image.size == tuple(2 * int(root.get(side)[:-2]) for side in ("width", "height"))
    pixels = np.asarray(image)
    white_on_black = (pixels[20:60] > 200).all(-1) & (np.arange(pixels.shape[1]) > 30)
    assert white_on_black[:, 40:-40].sum() > 200, "there is no text"


def test_a_pdf_has_text_not_pixels(library, no_graphviz):
    pdf = model_to_dot(lesson()).create(format="pdf")
    assert b"/Font" in pdf and b"/Subtype/Image" not in pdf.replace(b" ", b"")


@pytest.mark.parametrize(
    ("package", "format", "words"),
    [
        ("resvg_py", "png", r"^PNG needs the package resvg-py.* pip install 'brickwork\[png\]'"),
        ("PIL", "jpg", r"^JPEG needs the package pillow.* pip install 'brickwork\[pictures\]'"),
        ("typst", "pdf", r"^PDF needs the package typst.* pip install 'brickwork\[pictures\]'"),
    ],
)
def test_without_the_package_for_a_format_one_line_says_what_to_install(
    library, no_graphviz, tmp_path, monkeypatch, package, format, words
):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=words) as found:
        plot_model(lesson(), tmp_path / f"model.{format}")
    assert "\n" not in str(found.value) and os.listdir(tmp_path) == []


def test_other_formats_need_graphviz(library, no_graphviz, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"got format 'eps'.*Draw svg, png.*install"):
        plot_model(lesson(), tmp_path / "model.eps")
    assert os.listdir(tmp_path) == []


def test_a_system_without_fonts_is_reported(no_graphviz, monkeypatch):
    import resvg_py

    draw = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **how: draw(**how, skip_system_fonts=True))
    monkeypatch.setattr(fonts, "package_folders", tuple)
    fonts.sans.cache_clear()
    with pytest.raises(RuntimeError, match="no font for the text: install"):
        model_to_dot(lesson()).create(format="png")
    fonts.sans.cache_clear()


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed (Debian: graphviz)")
def test_graphviz_itself_draws_what_it_is_given(library):
    inner = chain(8, dense(WILD, 6), name=f"{WILD} inner")
    dot = model_to_dot(chain(4, dense(WILD, 8), inner, name=WILD), True, True, expand_nested=True)
    assert dot.create(format="png").startswith(b"\x89PNG")
    assert b"Input shape" in dot.create(format="svg")


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


def test_in_a_notebook_the_picture_is_returned(no_graphviz, tmp_path):
    from IPython.display import SVG as Shown

    shown = plot_model(lesson(), tmp_path / "m.svg")
    assert isinstance(shown, Shown) and "<svg" in shown.data
    assert "<svg" in model_to_dot(lesson())._repr_svg_()


def test_a_cluster_for_another_graph(library):
    part = model_to_dot(lesson(), subgraph=True)
    assert part.to_string().startswith("subgraph cluster_model {")
    assert 'label="sequential"' in part.to_string()


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [({"rankdir": "lr"}, "rankdir: got 'lr'"), ({"rankdir": None}, "expected one of BT, LR")],
)
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
