"""Pictures that explain: one neuron, neurons laid over one another, the three levels, what does
not fit, and bricks beside Keras's boxes. Each is one line to call."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import ArgumentError, shown
from .network import Brick, Network, read
from .picture import Picture, page_of
from .pieces import Style
from .scene.fit import LEAST, MOST, fit_style, largest_pitch
from .words import Words


def neuron(inputs=3, activation: str = "sigmoid", weights=None, *, anatomy: bool = False,
           labels: str = "en", theme: str = "auto", size: float | None = None) -> Picture:
    """One neuron in pieces: signals, weights, multiplications, the sum, the activation.

    Args:
        inputs: how many signals come in, or their names, or a layer of one neuron that knows
            its shape, whose activation and weights are drawn.
        activation: the name of the function.
        weights: numbers, one for each input; they tint the green bricks, and each says how
            strong its influence is.
        anatomy: whether the parts are also called axon, synapse, dendrite.
        labels, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for no inputs or more than 64, a layer with several neurons, or weights
            whose number is another.

    >>> neuron(["hair length", "height", "blood type"], weights=[0.9, 0.5, 0.1])
    <Picture: neuron: 3 inputs, 1 output>
    """
    from .scene.neuron import neuron as scene

    style = Style(Words(labels), page=page_of(size))
    names: tuple = ()
    if isinstance(inputs, int | np.integer) and not isinstance(inputs, bool):
        n = int(inputs)
    elif isinstance(inputs, list | tuple):
        names, n = tuple(map(str, inputs)), len(inputs)
    else:
        network = _layer(inputs, "neuron: inputs")
        if network.bricks[0].outputs != 1:
            raise ArgumentError("neuron: inputs", f"got a layer with {network.bricks[0].outputs} "
                                "neurons, expected one. draw(layer) shows them all.")
        return Picture(scene(network, style, (), anatomy), [network], theme, size, labels)
    if not 1 <= n <= 64:
        raise ArgumentError("neuron: inputs", f"got {n}, expected from 1 to 64 inputs.")
    kernel = None if weights is None else _kernel(weights, n)
    brick = Brick("neuron", "Dense", n, 1, True, kernel, None, False, activation)
    network = Network("neuron", (brick,))
    return Picture(scene(network, style, names, anatomy, kernel is not None), [network], theme,
                   size, labels)


def _kernel(weights, n: int) -> np.ndarray:
    try:
        kernel = np.array(weights, dtype=float).reshape(-1, 1)
    except (TypeError, ValueError):
        kernel = np.zeros((0, 1))
    if len(kernel) != n:
        raise ArgumentError("neuron: weights", f"got {shown(weights)}, expected {n} numbers, one "
                            "for each input.")
    return kernel


def overlaid(layer, *, labels: str = "en", weights: bool = True, theme: str = "auto",
             size: float | None = None) -> Picture:
    """A layer's neurons side by side, and laid over one another on the same signals.

    Args:
        layer: a layer with synapses, 256 of them at most.
        labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> from brickwork.layers import Dense
    >>> overlaid(Dense(2, input_dim=3)).svg().count('class="weight"')  # 6 beside, 6 overlaid
    12
    """
    from .scene.overlaid import overlaid as scene

    network = _few(layer, "overlaid: layer")
    return _fitting(lambda style: scene(network, style),
                    Style(Words(labels), weights=weights), [network], theme, size)


def levels(layer, *, labels: str = "en", weights: bool = True, theme: str = "auto",
           size: float | None = None) -> Picture:
    """One layer at the three levels beside each other, or below each other where it is wide:
    every synapse, lines, the brick.

    Args:
        layer: a layer with synapses, 256 of them at most.
        labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> from brickwork.layers import Dense
    >>> levels(Dense(1, input_dim=3, activation="sigmoid")).svg().count('class="activation"')
    3
    """
    from .scene.compare import three_levels

    network = _few(layer, "levels: layer")
    style = Style(Words(labels), weights=weights)
    if three_levels(network, replace(style, p=LEAST)).width > 1.1 * page_of(size):
        style = replace(style, beside=False)
    return _fitting(lambda style: three_levels(network, style), style, [network], theme, size)


def misfit(lower, upper, *, labels: str = "en", theme: str = "auto",
           size: float | None = None) -> Picture:
    """Two layers of which the upper does not fit on the lower, and why.

    Args:
        lower, upper: layers that know their shapes.
        labels, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for layers that fit.

    >>> from brickwork.layers import Dense
    >>> picture = misfit(Dense(4, input_dim=2), Dense(2, input_dim=3))
    >>> picture.scene.description.split(":")[0]
    '4 outputs do not fit 3 inputs'
    """
    from .scene.compare import misfit as scene

    networks = [_layer(lower, "misfit: lower"), _layer(upper, "misfit: upper")]
    a, b = networks[0].bricks[0], networks[1].bricks[0]
    if a.outputs == b.inputs:
        raise ArgumentError("misfit: upper", f"got a layer with {b.inputs} inputs, which fit the "
                            f"{a.outputs} outputs below; expected one that does not. draw(model) "
                            "shows layers that fit.")
    return _fitting(lambda style: scene(a, b, style), Style(Words(labels)), networks, theme, size)


def assembly(model, level: str = "bricks", *, labels: str = "en", weights: bool = True,
             theme: str = "auto", size: float | None = None) -> Picture:
    """A model's bricks apart, each stud joined to its socket by a dashed line; then assembled.

    Args:
        model: a model that is built, whose layers stand one upon another.
        level, labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for layers that branch.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(1)])
    >>> assembly(model).svg().count('class="body"')
    2
    """
    from .scene.compare import assembly as scene

    return _of_chain(scene, read(model), "assembly", level, Style(Words(labels), weights=weights),
                     theme, size)


def beside_boxes(model, level: str = "bricks", *, labels: str = "en", weights: bool = True,
                 theme: str = "auto", size: float | None = None) -> Picture:
    """A model's bricks beside the boxes of `model_to_dot(model, show_shapes=True)`, each brick
    joined to its box: the same thing, upside down.

    Args:
        model: a `Sequential` model that is built.
        level, labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(1)])
    >>> "Input shape" in beside_boxes(model).svg()
    True
    """
    from .dot import model_to_dot
    from .scene.compare import NARROW
    from .scene.compare import beside_boxes as scene

    def with_boxes(network, chosen, style):
        # A narrow page has room for names only.
        chain = model_to_dot(model, show_shapes=style.page >= NARROW,
                             expand_nested=True).picture[0]
        return scene(network, chosen, chain, style)

    return _of_chain(with_boxes, read(model), "beside_boxes", level,
                     Style(Words(labels), weights=weights), theme, size)


def _of_chain(scene, network: Network, what: str, level: str, style: Style, theme: str,
              size: float | None) -> Picture:
    """The picture of layers one upon another, at a level, with studs as far apart as it needs."""
    from .scene.choice import choose

    if not network.chain or not network.bricks:
        raise ArgumentError(f"{what}: model", f"got {network.name!r}, expected layers that stand "
                            "one upon another. draw(model) shows layers that branch.")
    chosen = choose(network, level)
    style = fit_style(network, chosen, replace(style, page=page_of(size)), panels=2)
    return _fitting(lambda style: scene(network, chosen, style), style, [network], theme, size,
                    style.p)


def _fitting(scene, style: Style, networks: list[Network], theme: str, size: float | None,
             most: float = MOST) -> Picture:
    """The picture of a scene whose studs are so far apart that it fits its page, at most `most`
    pixels."""
    page = page_of(size)
    p = largest_pitch(lambda p: scene(replace(style, p=p)).width, page, most)
    labels = "ko" if style.words.korean else "en"
    return Picture(scene(replace(style, p=p, page=page)), networks, theme, size, labels)


def _layer(layer, what: str) -> Network:
    network = read(layer)
    if len(network.bricks) != 1 or not network.bricks[0].dense:
        raise ArgumentError(what, f"got {network.name!r}, expected a single layer with synapses, "
                            "as Dense is.")
    return network


def _few(layer, what: str) -> Network:
    network = _layer(layer, what)
    if network.synapses > 256:
        raise ArgumentError(what, f"got {network.synapses:,} synapses, expected at most 256, "
                            "which can be counted. draw(layer) shows larger layers.")
    return network
