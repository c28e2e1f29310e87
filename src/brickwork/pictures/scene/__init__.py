"""A network becomes a scene: what stands where is decided here, once; renderers only draw."""

from __future__ import annotations

from dataclasses import replace

from ..network import Network
from ..pieces import PAGE, Style
from ..shapes import Scene, around
from ..words import Words
from . import parts
from .choice import check_level, choose, few
from .fit import LEAST, MARGIN, fitted, scaled
from .tower import key, tower, with_labels

VIEWS = ("front", "isometric")
NARROW = 600.0  # pixels of a page that has no room beside a model in space
WRITTEN = 20.0  # the least pitch of bricks in space that have something written on them


def whole(network: Network, level: str = "auto", view: str = "front", labels: str = "en",
          weights: bool = True, apart: bool = False, bias: bool = False,
          page: float = PAGE) -> Scene:
    """The scene of a network; see `brickwork.pictures.draw` for the arguments."""
    words = Words(labels)
    if view not in VIEWS:
        parts.refuse("view", f"got {view!r}, expected 'front' or 'isometric'.")
    check_level(level)
    if not network.bricks:
        parts.refuse("model", f"got {network.name!r}, which has no layers; expected at least one.")
    if view == "isometric":
        from .isometric import isometric

        style = Style(words, weights=weights, bias=bias, page=page, beside=page >= NARROW)
        least = LEAST if level == "synapses" or (level == "auto" and few(network)) else WRITTEN
        p = scaled(lambda p: isometric(network, level, replace(style, p=p), apart).width, page,
                   least=least)
        return isometric(network, level, replace(style, p=p), apart)
    chosen = choose(network, level)
    style = Style(words, weights=weights, bias=bias, page=page, inputs=network.columns)
    if network.chain:
        style = fitted(network, chosen, style)
        built = tower(network, chosen, style, apart)
        shapes = with_labels(network, chosen, built, style)
    else:
        from .branches import branches

        p = scaled(lambda p: _wide(branches(network, chosen, replace(style, p=p))),
                   page - 2 * MARGIN)
        style = replace(style, p=p)
        shapes = branches(network, chosen, style)
        shapes += key(network, style, shapes, chosen)
    return Scene(shapes, title(network, words), description(network, words))


def _wide(shapes: list) -> float:
    left, _, right, _ = around(shapes)
    return right - left


def title(network: Network, words: Words) -> str:
    """"model as bricks: 4 inputs, 1 output, 86 synapses"."""
    used = {source for brick in network.bricks for source in brick.sources}
    counts = [words.inputs(sum(b.inputs for b in network.bricks if not b.sources)),
              words.outputs(sum(b.outputs for i, b in enumerate(network.bricks)
                                if i not in used))]
    n = network.synapses
    counts.append(f"시냅스 {n:,}개" if words.korean else
                  f"{n:,} {'synapse' if n == 1 else 'synapses'}")
    named = f"{network.name}, 블록 그림" if words.korean else f"{network.name} as bricks"
    return f"{named}: {', '.join(counts)}"


def description(network: Network, words: Words) -> str:
    """Each layer with its counts, from the data upward."""
    said = []
    for brick in network.bricks:
        kind = " ".join(filter(None, (brick.kind, brick.note)))
        facts = [f"{brick.name} ({kind})", words.inputs(brick.inputs),
                 words.outputs(brick.outputs)]
        if brick.sources and not network.chain:
            facts.append(words.behind([network.bricks[k].name for k in brick.sources]))
        if brick.dense:
            facts.append(words.product(brick.inputs, brick.outputs))
        if brick.activation != "linear":
            facts.append(words.range(brick.activation))
        said.append(", ".join(facts))
    return f"{words.layers(len(network.bricks))}. " + "; ".join(said) + "."
