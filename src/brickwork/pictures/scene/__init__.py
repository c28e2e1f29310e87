"""A network becomes a scene: what stands where is decided here, once; renderers only draw."""

from __future__ import annotations

from ..network import Network
from ..pieces import Style
from ..shapes import Scene
from ..words import Words
from . import parts
from .choice import check_level, choose
from .rows import span
from .tower import tower, with_labels

VIEWS = ("front", "isometric")


def whole(network: Network, level: str = "auto", view: str = "front", labels: str = "en",
          weights: bool = True, apart: bool = False, bias: bool = False) -> Scene:
    """The scene of a network; see `brickwork.pictures.draw` for the arguments."""
    words = Words(labels)
    if view not in VIEWS:
        parts.refuse("view", f"got {view!r}, expected 'front' or 'isometric'.")
    check_level(level)
    if not network.bricks:
        parts.refuse("model", f"got {network.name!r}, which has no layers; expected at least one.")
    if view == "isometric":
        from .isometric import isometric

        return isometric(network, level, Style(words, weights=weights, bias=bias), apart)
    chosen = choose(network, level)
    style = Style(words, pitch(network, chosen), weights, bias)
    if network.chain:
        built = tower(network, chosen, style, apart)
        shapes = with_labels(network, chosen, built, style)
    else:
        from .branches import branches

        shapes = branches(network, chosen, style)
    return Scene(shapes, title(network, words), description(network, words))


def pitch(network: Network, chosen: list[str]) -> float:
    """The pitch of studs in pixels: smaller for what is wide, but signs stay legible."""
    widest = max(brick.outputs * (brick.inputs + 0.5) if level == "synapses"
                 else max(span(brick.inputs), span(brick.outputs))
                 for brick, level in zip(network.bricks, chosen, strict=True))
    return min(26.0, max(18.0, 1100 / widest))


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
