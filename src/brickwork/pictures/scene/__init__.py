"""Turn a network into a scene. Positions are computed here, once; renderers only draw."""

from __future__ import annotations

from dataclasses import replace

from ..network import Network
from ..pieces import PAGE, Style
from ..shapes import Scene, around
from ..words import Words
from . import parts
from .choice import check_level, choose
from .fit import LEAST, LEAST_SLICES, MARGIN, fit_style, largest_pitch
from .tower import legend_below, tower, with_labels

VIEWS = ("front", "isometric")
NARROW = 600.0  # page width in pixels below which captions go under an isometric picture
WRITTEN = 18.0  # smallest pitch of isometric bricks with text on them


def make_scene(
    network: Network,
    level: str = "auto",
    view: str = "front",
    labels: str = "en",
    weights: bool = True,
    apart: bool = False,
    bias: bool = False,
    page: float = PAGE,
) -> Scene:
    """Return the scene of a network; see `brickwork.pictures.draw` for the arguments."""
    words = Words(labels)
    if view not in VIEWS:
        parts.refuse("view", f"got {view!r}, expected 'front' or 'isometric'.")
    check_level(level)
    if not network.bricks:
        parts.refuse("model", f"got {network.name!r}, which has no layers; expected at least one.")
    if view == "isometric":
        style = Style(words, weights=weights, bias=bias, page=page)
        return _isometric_scene(network, level, style, apart)
    chosen = choose(network, level)
    style = Style(words, weights=weights, bias=bias, page=page, inputs=network.columns)
    if network.chain:
        style = fit_style(network, chosen, style)
        shapes = with_labels(network, chosen, tower(network, chosen, style, apart), style)
    else:
        shapes, chosen, style = _branched(network, level, chosen, style)
        shapes += legend_below(network, style, shapes, chosen)
    return Scene(shapes, title(network, words), description(network, words))


def _isometric_scene(network: Network, level: str, style: Style, apart: bool) -> Scene:
    """Return the isometric scene; captions go below if there is no room at the sides."""
    from .isometric import isometric, level_in_space

    def scene(p: float) -> Scene:
        return isometric(network, level, replace(style, p=p), apart)

    least = LEAST if level_in_space(network, level) == "synapses" else WRITTEN
    if style.page < NARROW or scene(least).width > style.page:
        style = replace(style, beside=False)
    return scene(largest_pitch(lambda p: scene(p).width, style.page, least=least))


def _branched(
    network: Network, level: str, chosen: list[str], style: Style
) -> tuple[list, list[str], Style]:
    """Return shapes, levels and style of a branching network that fits the page.

    If every synapse would be too wide, "auto" shows less. Captions go below the layers if there
    is no room beside them.
    """
    from .branches import branches

    room = style.page - 2 * MARGIN
    levels = [chosen]
    if level == "auto":
        others = choose(network, "auto", lines=True), choose(network, "bricks")
        levels += [other for other in others if other not in levels]
    layouts = [
        (tried, replace(style, columns=columns, beside=beside))
        for tried in levels
        for columns in (False, True)
        if "synapses" in tried or not columns
        for beside in (True, False)
    ]
    for tried, fitting in layouts:
        least = LEAST_SLICES if "synapses" in tried and not fitting.columns else LEAST

        def width(p: float, tried=tried, fitting=fitting) -> float:
            return _width(branches(network, tried, replace(fitting, p=p)))

        if width(least) <= room:
            break
    fitting = replace(fitting, p=largest_pitch(width, room, least=least))
    return branches(network, tried, fitting), tried, fitting


def _width(shapes: list) -> float:
    left, _, right, _ = around(shapes)
    return right - left


def title(network: Network, words: Words) -> str:
    """Return a title such as "model as bricks: 4 inputs, 1 output, 86 synapses"."""
    used = {source for brick in network.bricks for source in brick.sources}
    counts = [
        words.inputs(sum(b.inputs for b in network.bricks if not b.sources)),
        words.outputs(sum(b.outputs for i, b in enumerate(network.bricks) if i not in used)),
    ]
    n = network.synapses
    counts.append(
        f"시냅스 {n:,}개" if words.korean else f"{n:,} {'synapse' if n == 1 else 'synapses'}"
    )
    heading = f"{network.name}, 블록 그림" if words.korean else f"{network.name} as bricks"
    return f"{heading}: {', '.join(counts)}"


def description(network: Network, words: Words) -> str:
    """Describe each layer with its counts, from the inputs up."""
    sentences = []
    for brick in network.bricks:
        kind = " ".join(filter(None, (brick.kind, brick.note)))
        facts = [f"{brick.name} ({kind})", words.inputs(brick.inputs), words.outputs(brick.outputs)]
        if brick.sources and not network.chain:
            facts.append(words.after_layers([network.bricks[k].name for k in brick.sources]))
        if brick.dense:
            facts.append(words.product(brick.inputs, brick.outputs))
        if brick.activation != "linear":
            facts.append(words.range(brick.activation))
        sentences.append(", ".join(facts))
    return f"{words.layers(len(network.bricks))}. " + "; ".join(sentences) + "."
