"""`model_to_dot` and `plot_model`: the layers of a model as boxes and arrows."""

from __future__ import annotations

import os
import sys

from ..errors import ArgumentError, near, shown
from ..layers.calling import leaves
from ..models import Sequential
from ..models.summary import shape_text, shapes_of
from .boxes import GREEN, RED, Box, Cell, Group
from .graph import make_graph

RANKDIRS = ("TB", "BT", "LR", "RL")


def model_to_dot(
    model,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
):
    """Convert a model to a graph in the DOT language, which can draw itself.

    Args:
        model: a built model.
        show_shapes: whether to show input and output shapes.
        show_dtype: whether to show the dtype of the output.
        show_layer_names: whether to show layer names beside their classes.
        rankdir: direction of the data flow: "TB" down, "BT" up, "LR" right, "RL" left.
        expand_nested: whether to show the layers of nested models, in a frame.
        dpi: dots per inch of bitmaps; SVG uses points.
        subgraph: whether to return a cluster, for use in another graph.
        show_layer_activations: whether to show the activations of layers.
        show_trainable: whether to show if layers with weights are trainable.
        splines: how Graphviz draws the arrows.

    Returns:
        A ``pydot.Dot`` if pydot is installed, else a graph with the same ``to_string()``,
        ``create(prog, format)`` and ``write(path, prog, format)``. Neither needs Graphviz.

    Raises:
        ValueError: for a model that is not built, or an unknown `rankdir`.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(1)])
    >>> b"(None, 4)" in model_to_dot(model, show_shapes=True).create(format="svg")
    True
    """
    if not getattr(model, "built", False):
        raise ArgumentError(
            "model_to_dot: model",
            f"got {type(model).__name__} "
            f"{getattr(model, 'name', '')!r}, which is not built; expected a "
            "built model. Begin it with Input(shape=(n,)), or call "
            "model.build((None, n)).",
        )
    if rankdir not in RANKDIRS:
        raise ArgumentError(
            "model_to_dot: rankdir", f"got {shown(rankdir)}{near(str(rankdir), RANKDIRS)}"
        )
    reader = _Reader(
        show_shapes,
        show_dtype,
        show_layer_names,
        expand_nested,
        show_layer_activations,
        show_trainable,
    )
    attributes = {"rankdir": rankdir, "concentrate": True, "splines": splines}
    return make_graph(reader.group(model), attributes, dpi, subgraph)


def plot_model(
    model,
    to_file="model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
):
    """Draw a model's graph to a file, with a box for each layer.

    Args:
        model: a built model.
        to_file: the file; its extension sets the format. .svg needs no other package, .dot is the
            text of the graph. Without Graphviz, .png needs ``pip install 'brickwork[png]'``, and
            .pdf, .jpg, .gif, .webp, .tiff need ``pip install 'brickwork[pictures]'``.
        show_shapes: whether to show input and output shapes.
        show_dtype: whether to show the dtypes of outputs.
        show_layer_names: whether to show layer names.
        rankdir: "TB" (top to bottom), "LR" (left to right), "BT" or "RL".
        expand_nested: whether to show the layers of nested models.
        dpi: resolution of bitmaps.
        show_layer_activations: whether to show the activations of layers.
        show_trainable: whether to show if layers are trainable.
        splines: shape of the arrows; used by Graphviz only.

    Returns:
        The picture in a notebook, else None.

    >>> import brickwork, os, tempfile
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = plot_model(model, f"{folder}/model.svg")
    ...     os.listdir(folder)
    ['model.svg']
    """
    graph = model_to_dot(
        model,
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        dpi,
        False,
        show_layer_activations,
        show_trainable,
        splines,
    )
    to_file = os.fspath(to_file)
    format = os.path.splitext(to_file)[1][1:].lower() or "png"
    graph.write(to_file, prog="dot", format="raw" if format in ("dot", "gv") else format)
    if "IPython" not in sys.modules or format not in ("svg", "png", "jpg", "jpeg", "gif"):
        return None
    from IPython import display

    if format == "svg":
        return display.SVG(filename=to_file)
    return display.Image(filename=to_file, format=format)


class _Reader:
    """Reads boxes from a model."""

    def __init__(self, shapes, dtype, names, nested, activations, trainable):
        self.shapes, self.dtype, self.names = shapes, dtype, names
        self.nested, self.activations, self.trainable = nested, activations, trainable
        self.count = 0

    def group(self, model) -> Group:
        """Return the layers of a model and their connections."""
        graph = getattr(model, "_graph", None)
        if graph is None:
            layers = model.layers if is_expandable(model) else [model]
            return Group(model.name, [self.item(layer, model) for layer in layers])
        index = {layer.name: i for i, layer in enumerate(graph.operations)}
        sources = graph.sources()
        origins = graph.origins()
        ends = dict.fromkeys(index[origins[p.index][0]] for p in leaves(graph.outputs))
        return Group(
            model.name,
            [self.item(layer, model) for layer in graph.operations],
            [
                tuple(dict.fromkeys(index[name] for name, *_ in sources[layer.name]))
                for layer in graph.operations
            ],
            [index[layer.name] for layer in graph.input_layers],
            list(ends),
        )

    def item(self, layer, model) -> Box | Group:
        """Return the box of a layer, or the group of a nested model."""
        inside = self.nested and layer is not model and is_expandable(layer)
        return self.group(layer) if inside else self.box(layer)

    def box(self, layer) -> Box:
        self.count += 1
        rows = []
        activation = getattr(layer, "activation", None)
        if self.activations and activation is not None:
            name = getattr(activation, "name", None) or getattr(activation, "__name__", None)
            rows.append([Cell("Activation: ", name or type(activation).__name__)])
        cells = self.cells(layer)
        if cells:
            rows.append(cells)
        return Box(
            f"layer{self.count}", layer.name if self.names else "", type(layer).__name__, rows
        )

    def cells(self, layer) -> list[Cell]:
        cells = []
        if self.shapes:
            before, after = shapes_of(layer)
            if type(layer).__name__ != "InputLayer":
                cells.append(Cell("Input shape: ", shape_text(before)))
            cells.append(Cell("Output shape: ", shape_text(after)))
        if self.dtype:
            dtype = getattr(getattr(layer, "output", None), "dtype", None)
            cells.append(Cell("Output dtype: ", str(dtype or "?")))
        if self.trainable and layer.weights:
            cells.append(
                Cell("", "Trainable", GREEN) if layer.trainable else Cell("", "Non-trainable", RED)
            )
        return cells


def is_expandable(layer) -> bool:
    """Return whether a layer is a model whose layers and connections are known."""
    return isinstance(layer, Sequential) or hasattr(layer, "_graph")
