"""`draw` and `Picture`: a model as bricks, shown, printed and saved."""

from __future__ import annotations

import os
from pathlib import Path

from ..fields import ArgumentError, shown
from .network import Network, read
from .palette import check_theme
from .shapes import Scene
from .svg import svg as write_svg


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
                 size: float | None = None, labels: str = "en"):
        self.scene = scene
        self.networks = networks
        self.theme = check_theme(theme)
        self.size = _check_size(size)
        self.labels = labels

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

        return "\n\n".join(text(network, colour, self.labels) for network in self.networks)

    def __str__(self) -> str:
        from .terminal import coloured

        return self.text(coloured())

    def __repr__(self) -> str:
        return f"<Picture: {self.scene.title}>"

    def save(self, path) -> None:
        """Write the picture into a file; the name's ending says how.

        Args:
            path: ``.svg``, ``.png`` (needs the extra ``[png]``), ``.txt``; ``.ldr`` or ``.mpd``
                (a building of real bricks, for LDraw programs), ``.xml`` (a wanted list of
                its bricks).

        Raises:
            ArgumentError: for another ending, or bricks asked of a picture of several models.
        """
        path = Path(os.fspath(path))
        writer = _WRITERS.get(path.suffix.lower())
        if writer is None:
            raise ArgumentError("Picture.save: path", f"got {shown(str(path))}, expected a name "
                                f"that ends in {', '.join(_WRITERS)}.")
        data = writer(self)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))

    def _building(self):
        from .building import building

        if len(self.networks) != 1:
            raise ArgumentError("Picture.save: path", f"got real bricks for a picture of "
                                f"{len(self.networks)} models, expected a picture of one. "
                                "Save draw(model).")
        return building(self.networks[0])


def _ldraw(picture: Picture) -> str:
    from . import ldraw

    return ldraw.text(picture._building())


def _flat(picture: Picture) -> str:
    from . import ldraw

    return ldraw.text(picture._building(), multi=False)


def _wanted(picture: Picture) -> str:
    from . import wanted

    return wanted.text(picture._building())


_WRITERS = {".svg": Picture.svg, ".png": Picture.png, ".txt": lambda picture: picture.text() + "\n",
            ".ldr": _flat, ".mpd": _ldraw, ".xml": _wanted}


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
        size: the width in pixels; by default as wide as the text needs.
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
    if sample is None and target is None and neuron is None:
        scene = whole(network, level=level, view=view, labels=labels, weights=weights,
                      apart=apart, bias=bias)
    else:
        from .sample import stepped

        scene = stepped(model, network, sample, target, neuron, level=level, view=view,
                        labels=labels, weights=weights, apart=apart, bias=bias)
    return Picture(scene, [network], theme, size, labels)
