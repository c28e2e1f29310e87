"""`draw` and `Picture`: a model as bricks, shown, printed and saved."""

from __future__ import annotations

import sys
from os import PathLike
from typing import Any

from ..errors import ArgumentError, shown
from . import saving
from .hover import add_titles
from .network import Network, read
from .palette import check_theme
from .pieces import PAGE
from .shapes import Scene
from .svg import svg as write_svg
from .words import Words


class Picture:
    """The result of `draw` and similar functions, displayed in notebooks and terminals.

    Args:
        scene: the shapes to draw, with their positions.
        networks: the models in the picture.
        theme: "auto" (dark if the page is), "light" or "dark".
        size: width in pixels; None for the width of the scene.
        labels: "en" or "ko", the language of its labels.
        weights: whether weights tint their bricks.

    >>> import brickwork
    >>> picture = draw(brickwork.layers.Dense(2, input_dim=3))
    >>> picture.svg().count('class="weight"')
    6
    """

    def __init__(
        self,
        scene: Scene,
        networks: list[Network],
        theme: str = "auto",
        size: float | None = None,
        labels: str = "en",
        weights: bool = True,
    ):
        self.scene = scene
        self.networks = networks
        self.theme = check_theme(theme)
        self.size = _check_size(size)
        self.labels = labels
        self.weights = weights
        add_titles(scene.parts, networks, Words(labels))

    def svg(self) -> str:
        """Return the picture as SVG.

        Returns:
            str: the text of an SVG file.
        """
        return write_svg(self.scene, self.theme, self.size)

    def _repr_svg_(self) -> str:
        return self.svg()

    def png(self, scale: float = 2.0) -> bytes:
        """Return the picture as PNG; needs ``pip install 'brickwork[png]'``.

        Args:
            scale: image pixels per pixel of `size`.

        Returns:
            bytes: the contents of a PNG file.
        """
        from .png import png

        return png(self.scene, self.theme, self.size, scale)

    def text(self, colour: bool = False) -> str:
        """Return the picture for a terminal.

        Args:
            colour: whether to use ANSI colours; otherwise plain characters.

        Returns:
            str: lines of text.
        """
        from .terminal import text

        shown = [text(network, colour, self.labels) for network in self.networks]
        return "\n\n".join(shown or [self.scene.title])

    def __str__(self) -> str:
        from ..screen import coloured, encodable

        return encodable(self.text(coloured()), sys.stdout)

    def __repr__(self) -> str:
        return f"<Picture: {self.scene.title}>"

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file, in the format of its extension.

        Args:
            path: ``.svg``, ``.png`` (needs the extra ``[png]``), ``.pdf``, ``.jpg`` and ``.webp``
                (the extra ``[pictures]``), ``.txt``; and for a building of real bricks: ``.html``
                (a printable booklet), ``.mpd`` or ``.ldr`` (the plan, for LDraw programs),
                ``.xml`` (BrickLink's wanted list of its parts).

        Raises:
            ArgumentError: for another extension, or a building of a picture with several models.
        """
        path = saving.writable(self.check_path(path))
        saving.put(path, self.written(path))

    @staticmethod
    def check_path(path: str | PathLike[str], what: str = "Picture.save: path") -> Any:
        """Check that a picture can be saved in the format of a file's extension.

        Args:
            path: a file name, as for `save`.
            what: name of the argument, for the message.

        Returns:
            pathlib.Path: the path.

        Raises:
            ArgumentError: for another extension.
        """
        return saving.checked(path, (*_WRITERS, *saving.BUILDING_ONLY), what)

    def written(self, path: str | PathLike[str]) -> bytes:
        """Return the contents that `save` would write to a file of this name.

        Args:
            path: a file name, as for `save`.

        Returns:
            bytes: the contents.
        """
        ending = self.check_path(path).suffix.lower()
        writer = _WRITERS.get(ending)
        data = writer(self) if writer else saving.BUILDING_ONLY[ending](self.building())
        return data if isinstance(data, bytes) else data.encode("utf-8")

    def building(self) -> Any:
        """Return the model as a building of real bricks, with the drawn weights.

        Returns:
            Building: its parts, order of assembly, plan and part list.

        Raises:
            ArgumentError: for a picture of several models, or a model that cannot be built.
        """
        from .building import building

        if len(self.networks) != 1:
            raise ArgumentError(
                "Picture.save: path",
                f"got a building for a picture of "
                f"{len(self.networks)} models, expected a picture of one model. "
                "Save draw(model) instead.",
            )
        return building(self.networks[0], self.weights, self.labels)


def _converter(ending: str):
    """Return a function that converts a picture's SVG, with two image pixels per pixel."""

    def written(picture: Picture) -> bytes:
        from .formats import WRITERS

        theme = "light" if picture.theme == "auto" else picture.theme
        plain = write_svg(picture.scene, theme, picture.size, styled=False)
        return WRITERS[ending](plain, 144.0)

    return written


_WRITERS = {
    ".svg": Picture.svg,
    ".png": Picture.png,
    ".pdf": _converter("pdf"),
    ".jpg": _converter("jpg"),
    ".jpeg": _converter("jpeg"),
    ".webp": _converter("webp"),
    ".txt": lambda picture: picture.text() + "\n",
}


def page_of(size: Any) -> float:
    """Return the width in pixels for which a picture of this size is laid out."""
    return _check_size(size) or PAGE


def _check_size(size) -> float | None:
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float) or not 1 <= size <= 100_000:
        raise ArgumentError(
            "draw: size",
            f"got {shown(size)}, expected the width in pixels, from 1 to 100000, or None.",
        )
    return float(size)


def draw(
    model: Any,
    level: str = "auto",
    view: str = "front",
    labels: str = "en",
    weights: bool = True,
    theme: str = "auto",
    size: float | None = None,
    *,
    apart: bool = False,
    bias: bool = False,
    sample: Any = None,
    target: Any = None,
    neuron: Any = None,
) -> Picture:
    """Draw a model, or a layer, as bricks.

    Args:
        model: a built model or layer.
        level: "synapses" (every weight is a green brick), "lines" (every weight is a line),
            "bricks" (closed layers), or "auto": as much detail as is readable.
        view: "front" or "isometric".
        labels: "en" or "ko": English or Korean.
        weights: whether weights tint their bricks, if the model is built.
        theme: "auto" (dark if the page is), "light" or "dark".
        size: width in pixels for layout and display; None lays it out for a width of 830, a column
            of text, and displays it at its natural width.
        apart: whether to draw the layers apart, with lines from studs to sockets.
        bias: whether to draw each neuron's bias, in grey.
        sample: one row of inputs, of shape (n,) or (1, n): the computed values are written on
            the bricks (see `brickwork.pictures.sample`).
        target: the target of that row; the gradients of the compiled loss are also written.
        neuron: ``(layer, unit)``, the layer by name or index: its formula is shown.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for a model that cannot be drawn, an unknown option, or more than 4,096
            individually drawn synapses in a layer.

    >>> import brickwork
    >>> picture = draw(brickwork.layers.Dense(1, input_dim=3, name="one"))
    >>> picture.scene.title
    'one as bricks: 3 inputs, 1 output, 3 synapses'
    """
    from .scene import make_scene

    network = read(model)
    page = page_of(size)
    if sample is None and target is None and neuron is None:
        scene = make_scene(
            network,
            level=level,
            view=view,
            labels=labels,
            weights=weights,
            apart=apart,
            bias=bias,
            page=page,
        )
    else:
        from .sample import stepped

        scene = stepped(
            model,
            network,
            sample,
            target,
            neuron,
            level=level,
            view=view,
            labels=labels,
            weights=weights,
            apart=apart,
            bias=bias,
            page=page,
        )
    return Picture(scene, [network], theme, size, labels, weights)
