"""Explanatory pictures: one neuron, overlaid neurons, the three levels, layers that do not fit, and
bricks beside Keras's boxes. Each takes one line of code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import ArgumentError, shown
from .network import Brick, Network, read
from .picture import Picture, page_of
from .pieces import Style
from .scene.fit import LEAST, MOST, fit_style, largest_pitch
from .words import Words


def neuron(
    inputs=3,
    activation: str = "sigmoid",
    weights=None,
    *,
    anatomy: bool = False,
    labels: str = "en",
    theme: str = "auto",
    size: float | None = None,
) -> Picture:
    """Draw one neuron in pieces: signals, weights, multiplications, sum, activation.

    Args:
        inputs: the number of inputs, or their names, or a layer of one neuron whose input shape is
            known; then its activation and weights are drawn.
        activation: name of the activation.
        weights: one number per input; they tint the weights, which are labelled with their
            strength.
        anatomy: whether to add the names axon, synapse and dendrite.
        labels, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for less than 1 or more than 64 inputs, a layer with several neurons, or a
            different number of weights.

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
        network = _single_layer(inputs, "neuron: inputs")
        if network.bricks[0].outputs != 1:
            raise ArgumentError(
                "neuron: inputs",
                f"got a layer with {network.bricks[0].outputs} "
                "neurons, expected one. draw(layer) shows them all.",
            )
        return Picture(scene(network, style, (), anatomy), [network], theme, size, labels)
    if not 1 <= n <= 64:
        raise ArgumentError("neuron: inputs", f"got {n}, expected from 1 to 64 inputs.")
    kernel = None if weights is None else _kernel(weights, n)
    brick = Brick("neuron", "Dense", n, 1, True, kernel, None, False, activation)
    network = Network("neuron", (brick,))
    return Picture(
        scene(network, style, names, anatomy, kernel is not None), [network], theme, size, labels
    )


def _kernel(weights, n: int) -> np.ndarray:
    try:
        kernel = np.array(weights, dtype=float).reshape(-1, 1)
    except (TypeError, ValueError):
        kernel = np.zeros((0, 1))
    if len(kernel) != n:
        raise ArgumentError(
            "neuron: weights", f"got {shown(weights)}, expected {n} numbers, one for each input."
        )
    return kernel


def overlaid(
    layer,
    *,
    labels: str = "en",
    weights: bool = True,
    theme: str = "auto",
    size: float | None = None,
) -> Picture:
    """Draw a layer's neurons side by side, and overlaid on the same signals.

    Args:
        layer: a layer with at most 256 synapses.
        labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> from brickwork.layers import Dense
    >>> overlaid(Dense(2, input_dim=3)).svg().count('class="weight"')  # 6 beside, 6 overlaid
    12
    """
    from .scene.overlaid import overlaid as scene

    network = _small_layer(layer, "overlaid: layer")
    return _fitted_picture(
        lambda style: scene(network, style),
        Style(Words(labels), weights=weights),
        [network],
        theme,
        size,
    )


def levels(
    layer,
    *,
    labels: str = "en",
    weights: bool = True,
    theme: str = "auto",
    size: float | None = None,
) -> Picture:
    """Draw one layer at the three levels: every synapse, lines, closed brick.

    They are side by side, or one below another if the layer is wide.

    Args:
        layer: a layer with at most 256 synapses.
        labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> from brickwork.layers import Dense
    >>> levels(Dense(1, input_dim=3, activation="sigmoid")).svg().count('class="activation"')
    3
    """
    from .scene.compare import three_levels

    network = _small_layer(layer, "levels: layer")
    style = Style(Words(labels), weights=weights)
    if three_levels(network, replace(style, p=LEAST)).width > 1.1 * page_of(size):
        style = replace(style, beside=False)
    return _fitted_picture(
        lambda style: three_levels(network, style), style, [network], theme, size
    )


def misfit(
    lower, upper, *, labels: str = "en", theme: str = "auto", size: float | None = None
) -> Picture:
    """Draw two layers where the upper does not fit on the lower, and explain why.

    Args:
        lower, upper: layers whose input shapes are known.
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

    networks = [_single_layer(lower, "misfit: lower"), _single_layer(upper, "misfit: upper")]
    below, above = networks[0].bricks[0], networks[1].bricks[0]
    if below.outputs == above.inputs:
        raise ArgumentError(
            "misfit: upper",
            f"got a layer with {above.inputs} inputs, which fit "
            f"the {below.outputs} outputs below; expected one that does not. "
            "draw(model) shows layers that fit.",
        )
    return _fitted_picture(
        lambda style: scene(below, above, style), Style(Words(labels)), networks, theme, size
    )


def assembly(
    model,
    level: str = "bricks",
    *,
    labels: str = "en",
    weights: bool = True,
    theme: str = "auto",
    size: float | None = None,
) -> Picture:
    """Draw a model's bricks apart, with dashed lines from studs to sockets, then assembled.

    Args:
        model: a built model whose layers form a chain.
        level, labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    Raises:
        ArgumentError: for a model that branches.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(1)])
    >>> assembly(model).svg().count('class="body"')
    2
    """
    from .scene.compare import assembly as scene

    return _chain_picture(
        scene, read(model), "assembly", level, Style(Words(labels), weights=weights), theme, size
    )


def beside_boxes(
    model,
    level: str = "bricks",
    *,
    labels: str = "en",
    weights: bool = True,
    theme: str = "auto",
    size: float | None = None,
) -> Picture:
    """Draw a model's bricks beside the boxes of `model_to_dot(model, show_shapes=True)`.

    Each brick is joined to its box. Bricks go upward and boxes downward.

    Args:
        model: a built `Sequential` model.
        level, labels, weights, theme, size: as in `draw`.

    Returns:
        Picture: shown by notebooks; `save` writes it to a file.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(1)])
    >>> "Input shape" in beside_boxes(model).svg()
    True
    """
    from .dot import model_to_dot
    from .scene.compare import NARROW, beside_boxes as scene

    def with_boxes(network, chosen, style):
        # Narrow pages have room for names only.
        chain = model_to_dot(model, show_shapes=style.page >= NARROW, expand_nested=True).picture[0]
        return scene(network, chosen, chain, style)

    return _chain_picture(
        with_boxes,
        read(model),
        "beside_boxes",
        level,
        Style(Words(labels), weights=weights),
        theme,
        size,
    )


def _chain_picture(
    scene, network: Network, what: str, level: str, style: Style, theme: str, size: float | None
) -> Picture:
    """Return the picture of a chain of layers at a level."""
    from .scene.choice import choose

    if not network.chain or not network.bricks:
        raise ArgumentError(
            f"{what}: model",
            f"got {network.name!r}, expected a chain of "
            "layers. draw(model) shows layers that branch.",
        )
    chosen = choose(network, level)
    style = fit_style(network, chosen, replace(style, page=page_of(size)), panels=2)
    return _fitted_picture(
        lambda style: scene(network, chosen, style), style, [network], theme, size, style.p
    )


def _fitted_picture(
    scene, style: Style, networks: list[Network], theme: str, size: float | None, most: float = MOST
) -> Picture:
    """Return the picture of a scene at the largest pitch, up to `most`, that fits its page."""
    page = page_of(size)
    p = largest_pitch(lambda p: scene(replace(style, p=p)).width, page, most)
    labels = "ko" if style.words.korean else "en"
    return Picture(scene(replace(style, p=p, page=page)), networks, theme, size, labels)


def _single_layer(layer, what: str) -> Network:
    network = read(layer)
    if len(network.bricks) != 1 or not network.bricks[0].dense:
        raise ArgumentError(
            what, f"got {network.name!r}, expected a single layer with synapses, such as Dense."
        )
    return network


def _small_layer(layer, what: str) -> Network:
    network = _single_layer(layer, what)
    if network.synapses > 256:
        raise ArgumentError(
            what,
            f"got {network.synapses:,} synapses, expected at most 256. "
            "draw(layer) shows larger layers.",
        )
    return network
