"""The graph that `model_to_dot` returns.

It is a pydot graph if pydot is installed, else one with the same ``to_string``, ``create`` and
``write``. Both can draw without Graphviz.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

from . import boxes, diagram
from .formats import WRITERS
from .text import clean, escape


def make_graph(chain: boxes.Group, attributes: dict, dpi: float, cluster: bool = False):
    """Return a graph in the DOT language that can draw itself.

    Args:
        chain: the boxes to draw.
        attributes: attributes of the graph, such as rankdir and splines.
        dpi: dots per inch of bitmaps.
        cluster: whether to return a cluster, for use in another graph.
    """
    kinds = _pydot_kinds()
    if kinds is None:
        return Graph(chain, attributes, dpi, cluster)
    pydot, dot = kinds
    if cluster:
        graph = pydot.Cluster(graph_name="model", label=_quoted(chain.name), **_GROUP)
    else:
        graph = dot()
        graph.set_node_defaults(**_NODE)
        for key, value in attributes.items():
            graph.set(key, value)
        graph.picture = chain, attributes["rankdir"], dpi
    _fill(pydot, graph, chain, "c")
    for source, target in chain.edges():
        graph.add_edge(pydot.Edge(source.id, target.id, penwidth="2"))
    return graph


_NODE = {"shape": "plain", "fontname": "Helvetica"}
_GROUP = {"style": "dashed", "labeljust": "l", "fontname": "Helvetica"}


def _fill(pydot, graph, group: boxes.Group, prefix: str) -> None:
    for i, item in enumerate(group.items):
        if isinstance(item, boxes.Box):
            graph.add_node(pydot.Node(item.id, label=html_label(item)))
        else:
            inner = pydot.Cluster(graph_name=f"{prefix}{i}", label=_quoted(item.name), **_GROUP)
            _fill(pydot, inner, item, f"{prefix}{i}_")
            graph.add_subgraph(inner)


class _Drawing:
    """The drawing methods of pydot's graphs, which use our own layout if Graphviz is missing."""

    picture: tuple[boxes.Group, str, float]

    def create(self, prog=None, format: str = "ps", encoding: str | None = None) -> bytes:
        """Draw the graph with Graphviz, or with our own layout if it is not installed.

        Args:
            prog: the Graphviz program ("dot"), or a list of it and its arguments.
            format: "svg", "png", "pdf", "jpg" ...; "raw" is the DOT text. Formats in
                `formats.WRITERS` do not need Graphviz.
            encoding: encoding of the DOT text.

        Raises:
            FileNotFoundError: for another format if Graphviz is not installed.
            ImportError: if neither Graphviz nor the package for the format is installed.
        """
        prog = prog or "dot"
        command = [prog] if isinstance(prog, str | os.PathLike) else list(prog)
        if format == "raw":
            return self.to_string().encode(encoding or "utf-8")
        chain, rankdir, dpi = self.picture
        if shutil.which(command[0]):
            # Not for SVG: Graphviz 2 would scale it twice.
            dots = [] if format.startswith("svg") else [f"-Gdpi={dpi}"]
            return self._by_graphviz([*command, *dots], format, encoding)
        if format not in WRITERS:
            raise FileNotFoundError(
                f"create: got format {format!r}, which needs the Graphviz program "
                f"{os.fspath(command[0])!r}, but it is not on the PATH. Draw {', '.join(WRITERS)}, "
                f"which do not need Graphviz, or install it: {_how_to_install()}."
            )
        unit = "pt" if format == "svg" else ""
        return WRITERS[format](diagram.svg(chain, rankdir, unit), dpi)

    def write(self, path, prog=None, format: str = "raw", encoding: str | None = None) -> bool:
        """Write the graph to a file; the format "raw" is the DOT text."""
        data = self.create(prog, format, encoding)
        with open(path, "wb") as file:
            file.write(data)
        return True

    def _repr_svg_(self) -> str:
        return self.create(format="svg").decode("utf-8")


class Graph(_Drawing):
    """A graph in the DOT language, used if pydot is not installed.

    It has ``create_svg()``, ``write_png(path)`` and so on for every format.
    """

    def __init__(self, chain: boxes.Group, attributes: dict, dpi: float, cluster: bool = False):
        self.picture = chain, attributes["rankdir"], dpi
        self._attributes = attributes
        self._cluster = cluster

    def to_string(self) -> str:
        """Return the DOT text."""
        chain = self.picture[0]
        head = (
            _attributes(
                {"label": _quoted(chain.name), **_GROUP} if self._cluster else self._attributes,
                ";\n",
            )
            + ";"
        )
        node = "" if self._cluster else f"node [{_attributes(_NODE, ', ')}];"
        edges = [f"{a.id} -> {b.id} [penwidth=2];" for a, b in chain.edges()]
        name = "subgraph cluster_model" if self._cluster else "digraph G"
        lines = [f"{name} {{", head, node, *_statements(chain, "c"), *edges, "}", ""]
        return "\n".join(line for line in lines if line or line is lines[-1])

    def _by_graphviz(self, command: list, format: str, encoding: str | None) -> bytes:
        text = self.to_string().encode(encoding or "utf-8")
        done = subprocess.run([*command, f"-T{format}"], input=text, capture_output=True)
        if done.returncode:
            raise RuntimeError(
                f"create: {command[0]} could not draw the graph as {format!r}: "
                f"{done.stderr.decode(errors='replace').strip()}"
            )
        return done.stdout

    def __getattr__(self, name: str):
        verb, _, format = name.partition("_")
        if verb == "create" and format:
            return lambda prog=None, encoding=None: self.create(prog, format, encoding)
        if verb == "write" and format:
            return lambda path, prog=None, encoding=None: self.write(path, prog, format, encoding)
        raise AttributeError(
            f"Graph has no attribute {name!r}; pydot's graphs may have: pip install pydot."
        )


def _statements(group: boxes.Group, prefix: str) -> list[str]:
    lines = []
    for i, item in enumerate(group.items):
        if isinstance(item, boxes.Box):
            lines.append(f"{item.id} [label={html_label(item)}];")
        else:
            head = _attributes({"label": _quoted(item.name), **_GROUP}, ";\n") + ";"
            lines += [
                f"subgraph cluster_{prefix}{i} {{",
                head,
                *_statements(item, f"{prefix}{i}_"),
                "}",
            ]
    return lines


def _attributes(attributes: dict, between: str) -> str:
    return between.join(
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, value in attributes.items()
    )


def _quoted(text: str) -> str:
    """Return a quoted label; Graphviz decodes entities in it."""
    return '"' + escape(clean(text).replace("\\", "\\\\")) + '"'


def html_label(box: boxes.Box) -> str:
    """Return the HTML-like table that Graphviz draws for a box."""
    columns = max([1, *map(len, box.rows)])
    rows = [
        f'<tr><td colspan="{columns}"><font point-size="{boxes.TITLE}" color="white">'
        f"{_html(box.heading())}</font></td></tr>"
    ]
    for row in box.rows:
        span = f' colspan="{columns}"' if len(row) == 1 else ""
        cells = [
            f'<td bgcolor="{cell.fill}"{span}><font point-size="{boxes.TEXT}" '
            f'color="{"black" if cell.fill == "white" else "white"}">'
            f"{_html(cell.runs())}</font></td>"
            for cell in row
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<<table border="0" cellborder="0" cellspacing="2" bgcolor="black" '
        f'cellpadding="{boxes.PAD}">{"".join(rows)}</table>>'
    )


def _html(runs) -> str:
    # Some viewers drop a space at the beginning of a text.
    texts = (
        (escape(text).replace(" ", "&#160;", text.startswith(" ")), bold) for text, bold in runs
    )
    return "".join(f"<b>{text}</b>" if bold else text for text, bold in texts)


def _how_to_install() -> str:
    if sys.platform == "darwin":
        return "brew install graphviz"
    if shutil.which("dnf"):
        return "sudo dnf install graphviz"
    if shutil.which("apt-get"):
        return "sudo apt-get install graphviz"
    return "see graphviz.org/download"


@cache
def _pydot_kinds():
    """Return pydot and a `Dot` that can draw without Graphviz; None if pydot is not installed."""
    try:
        import pydot
    except ImportError:
        return None

    class Dot(_Drawing, pydot.Dot):
        """A pydot graph that can draw without Graphviz."""

        def _by_graphviz(self, command: list, format: str, encoding: str | None) -> bytes:
            return pydot.Dot.create(self, command, format, encoding)

    return pydot, Dot
