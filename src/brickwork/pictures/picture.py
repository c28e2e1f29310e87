"""`draw` and `Picture`: a model as bricks, shown, printed and saved."""

from __future__ import annotations

import sys
from os import PathLike
from typing import Any

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
    """What `draw` and its kin return; it shows itself in notebooks and terminals.

    Args:
        scene: the shapes that are drawn, with their positions.
        networks: the models that it shows.
        theme: "auto" (dark if the page is), "light" or "dark".
        size: width in pixels; None for that of the scene.
        labels: "en" or "ko", the language of its labels.
        weights: whether weights tint their bricks.

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
        """The picture as SVG.

        Returns:
            str: the text of an SVG file.
        """
        return write_svg(self.scene, self.theme, self.size)

    def _repr_svg_(self) -> str:
        return self.svg()

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as PNG; needs ``pip install 'brickwork[png]'``.

        Args:
            scale: dots per pixel.

        Returns:
            bytes: the contents of a PNG file.
        """
        from .png import png

        return png(self.scene, self.theme, self.size, scale)

    def text(self, colour: bool = False) -> str:
        """The picture for a terminal.

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
    def check_path(path: str | PathLike[str], what: str = "Picture.save: path") -> Any:
        """Check that a picture can be saved in the format that a name ends in.

        Args:
            path: a name, as `save` takes it.
            what: the argument that it was given as, for the message.

        Returns:
            pathlib.Path: the path.

        Raises:
            ArgumentError: for another ending.
        """
        return saving.checked(path, (*_WRITERS, *saving.OF_BRICKS), what)

    def written(self, path: str | PathLike[str]) -> bytes:
        """The contents that `save` writes to a file of this name.

        Args:
            path: a name, as `save` takes it.

        Returns:
            bytes: the contents.
        """
        ending = self.check_path(path).suffix.lower()
        writer = _WRITERS.get(ending)
        data = writer(self) if writer else saving.OF_BRICKS[ending](self.building())
        return data if isinstance(data, bytes) else data.encode("utf-8")

    def building(self) -> Any:
        """The model as a building of real bricks, with the weights that are drawn.

        Returns:
            Building: its parts, order of assembly, plan and part list.

        Raises:
            ArgumentError: for a picture of several models, or a model that cannot be built.
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


def page_of(size: Any) -> float:
    """The width in pixels that a picture of this size is laid out for."""
    return _check_size(size) or PAGE


def _check_size(size) -> float | None:
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float) or not 1 <= size <= 100_000:
        raise ArgumentError("draw: size", f"got {shown(size)}, expected the width in pixels, "
                            "from 1 to 100000, or None.")
    return float(size)


def draw(model: Any, level: str = "auto", view: str = "front", labels: str = "en",
         weights: bool = True, theme: str = "auto", size: float | None = None, *,
         apart: bool = False, bias: bool = False, sample: Any = None, target: Any = None,
         neuron: Any = None) -> Picture:
    """A model, or a layer, as bricks.

    Args:
        model: a built model or layer.
        level: "synapses" (every weight a green brick), "lines" (every weight a line), "bricks"
            (the layers alone), or "auto": as much as can be read.
        view: "front" or "isometric".
        labels: "en" or "ko": English or Korean.
        weights: whether weights tint their bricks, if there are any yet.
        theme: "auto" (dark if the page is), "light" or "dark".
        size: width in pixels that the picture is laid out for and shown with; by default it is
            laid out for 830, a column of text, and is as wide as it needs to be.
        apart: whether the layers are drawn apart, with lines from stud to socket.
        bias: whether each neuron's bias is drawn, in grey.
        sample: one row of inputs, of shape (n,) or (1, n): the values that the model computes are
            written on the bricks (see `brickwork.pictures.sample`).
        target: the target of that row; the gradients of the compiled loss are written too.
        neuron: ``(layer, unit)``, the layer by name or index: its formula is written out.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

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
