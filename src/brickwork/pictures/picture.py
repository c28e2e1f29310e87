"""`draw` and `Picture`: a model as bricks, shown, printed and saved."""

from __future__ import annotations

import sys

from ..errors import ArgumentError, shown
from . import saving
from .hover import explain
from .network import Network, read
from .palette import check_theme
from .pieces import PAGE
from .shapes import Scene
from .svg import svg as write_svg
from .words import Words


class Picture:
    """What `draw` and its like answer; it shows itself in notebooks and terminals.

    Attributes:
        scene: what stands where.
        networks: what it was drawn from.

    >>> import brickwork
    >>> picture = draw(brickwork.layers.Dense(2, input_dim=3))
    >>> picture.svg().count('class="weight"')
    6
    """

    def __init__(self, scene: Scene, networks: list[Network], theme: str = "auto",
                 size: float | None = None, labels: str = "en", weights: bool = True):
        self.scene = scene
        self.networks = networks
        self.theme = check_theme(theme)
        self.size = _check_size(size)
        self.labels = labels
        self.weights = weights
        explain(scene.parts, networks, Words(labels))

    def svg(self) -> str:
        """The picture as SVG."""
        return write_svg(self.scene, self.theme, self.size)

    def _repr_svg_(self) -> str:
        return self.svg()

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as PNG, `scale` dots a pixel; needs ``pip install 'brickwork[png]'``."""
        from .png import png

        return png(self.scene, self.theme, self.size, scale)

    def text(self, colour: bool = False) -> str:
        """The picture for a terminal, in ANSI colours or in plain characters."""
        from .terminal import text

        shown = [text(network, colour, self.labels) for network in self.networks]
        return "\n\n".join(shown or [self.scene.title])

    def __str__(self) -> str:
        from ..screen import coloured, encodable

        return encodable(self.text(coloured()), sys.stdout)

    def __repr__(self) -> str:
        return f"<Picture: {self.scene.title}>"

    def save(self, path) -> None:
        """Write the picture into a file; the name's ending says how.

        Args:
            path: ``.svg``, ``.png`` (needs the extra ``[png]``), ``.pdf``, ``.jpg`` and ``.webp``
                (the extra ``[pictures]``), ``.txt``; and what its building of real bricks can be:
                ``.html`` (a booklet to print), ``.mpd`` or ``.ldr`` (the plan, for LDraw
                programs), ``.xml`` (a wanted list of its parts).

        Raises:
            ArgumentError: for another ending, or bricks asked of a picture of several models.
        """
        path = saving.writable(self.check_path(path))
        saving.put(path, self.written(path))

    @staticmethod
    def check_path(path, what: str = "Picture.save: path"):
        """The path, if a picture can be saved as what its name ends in."""
        return saving.checked(path, (*_WRITERS, *saving.OF_BRICKS), what)

    def written(self, path) -> bytes:
        """What `save` writes into a file of this name."""
        ending = self.check_path(path).suffix.lower()
        writer = _WRITERS.get(ending)
        data = writer(self) if writer else saving.OF_BRICKS[ending](self.building())
        return data if isinstance(data, bytes) else data.encode("utf-8")

    def building(self):
        """The model as a `Building` of real bricks, with the weights that are drawn.

        Raises:
            ArgumentError: for a picture of several models, and what cannot be built.
        """
        from .building import building

        if len(self.networks) != 1:
            raise ArgumentError("Picture.save: path", f"got real bricks for a picture of "
                                f"{len(self.networks)} models, expected a picture of one. "
                                "Save draw(model).")
        return building(self.networks[0], self.weights, self.labels)


def _as(ending: str):
    """Writes a picture as what a library makes of its SVG, two dots a pixel."""
    def written(picture: Picture) -> bytes:
        from .formats import WRITERS

        theme = "light" if picture.theme == "auto" else picture.theme
        plain = write_svg(picture.scene, theme, picture.size, styled=False)
        return WRITERS[ending](plain, 144.0)

    return written


_WRITERS = {".svg": Picture.svg, ".png": Picture.png, ".pdf": _as("pdf"), ".jpg": _as("jpg"),
            ".jpeg": _as("jpeg"), ".webp": _as("webp"),
            ".txt": lambda picture: picture.text() + "\n"}


def page_of(size) -> float:
    """The width in pixels that a picture of this size is laid out for."""
    return _check_size(size) or PAGE


def _check_size(size) -> float | None:
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float) or not 1 <= size <= 100_000:
        raise ArgumentError("draw: size", f"got {shown(size)}, expected the width in pixels, "
                            "from 1 to 100000, or None.")
    return float(size)


def draw(model, level: str = "auto", view: str = "front", labels: str = "en",
         weights: bool = True, theme: str = "auto", size: float | None = None, *,
         apart: bool = False, bias: bool = False, sample=None, target=None,
         neuron=None) -> Picture:
    """A model, or a layer, as bricks.

    Args:
        model: a model or a layer that knows its shapes.
        level: "synapses" (every weight a green brick), "lines" (every weight a line), "bricks"
            (the layers alone), or "auto": as much as can be read.
        view: "front" or "isometric".
        labels: "en" or "ko": English or Korean.
        weights: whether weights tint their bricks, where there are any yet.
        theme: "auto" (dark where the page is), "light" or "dark".
        size: the width in pixels that the picture is laid out for and shown with; by default it
            is laid out for 830, a column of text, and as wide as it needs to be.
        apart: whether the layers are drawn apart, with lines from stud to socket.
        bias: whether each neuron's bias is drawn, in grey.
        sample: one row of inputs, ``(n,)`` or ``(1, n)``: what the model makes of it is written
            on the bricks (see `brickwork.pictures.sample`).
        target: what should have come out; the gradients of the compiled loss are written too.
        neuron: ``(layer, unit)``, the layer by name or place: its formula is written out.

    Raises:
        ArgumentError: for what cannot be drawn, or an unknown option; for more than 4,096
            synapses of a layer asked for one by one.

    >>> import brickwork
    >>> picture = draw(brickwork.layers.Dense(1, input_dim=3, name="one"))
    >>> picture.scene.title
    'one as bricks: 3 inputs, 1 output, 3 synapses'
    """
    from .scene import whole

    network = read(model)
    page = page_of(size)
    if sample is None and target is None and neuron is None:
        scene = whole(network, level=level, view=view, labels=labels, weights=weights,
                      apart=apart, bias=bias, page=page)
    else:
        from .sample import stepped

        scene = stepped(model, network, sample, target, neuron, level=level, view=view,
                        labels=labels, weights=weights, apart=apart, bias=bias, page=page)
    return Picture(scene, [network], theme, size, labels, weights)
