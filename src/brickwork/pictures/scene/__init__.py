"""A network becomes a scene: what stands where is decided here, once; renderers only draw."""

from __future__ import annotations

from dataclasses import replace

from ..network import Network
from ..pieces import PAGE, Style
from ..shapes import Scene, around
from ..words import Words
from . import parts
from .choice import check_level, choose
from .fit import LEAST, LEAST_SLICES, MARGIN, fitted, scaled
from .tower import key, tower, with_labels

VIEWS = ("front", "isometric")
NARROW = 600.0  # pixels of a page that has no room beside a model in space
WRITTEN = 18.0  # the least pitch of bricks in space that have something written on them


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
        return _in_space(network, level, Style(words, weights=weights, bias=bias, page=page), apart)
    chosen = choose(network, level)
    style = Style(words, weights=weights, bias=bias, page=page, inputs=network.columns)
    if network.chain:
        style = fitted(network, chosen, style)
        built = tower(network, chosen, style, apart)
        shapes = with_labels(network, chosen, built, style)
    else:
        shapes, chosen, style = _branched(network, level, chosen, style)
        shapes += key(network, style, shapes, chosen)
    return Scene(shapes, title(network, words), description(network, words))


def _in_space(network: Network, level: str, style: Style, apart: bool) -> Scene:
    """The scene of bricks in space; captions stand below where there is no room beside them."""
    from .isometric import isometric, level_in_space

    def scene(p: float) -> Scene:
        return isometric(network, level, replace(style, p=p), apart)

    least = LEAST if level_in_space(network, level) == "synapses" else WRITTEN
    if style.page < NARROW or scene(least).width > style.page:
        style = replace(style, beside=False)
    return scene(scaled(lambda p: scene(p).width, style.page, least=least))


def _branched(network: Network, level: str, chosen: list[str],
              style: Style) -> tuple[list, list[str], Style]:
    """The shapes of layers that branch, at the first level that fits the page: "auto" shows less
    where every synapse would be wider; captions stand below where there is no room beside."""
    from .branches import branches

    room = style.page - 2 * MARGIN
    levels = [chosen]
    if level == "auto":
        levels += [made for made in (choose(network, "auto", lines=True), choose(network, "bricks"))
                   if made not in levels]
    tries = [(made, replace(style, columns=columns, beside=beside)) for made in levels
             for columns in (False, True) if "synapses" in made or not columns
             for beside in (True, False)]
    for made, one in tries:
        least = LEAST_SLICES if "synapses" in made and not one.columns else LEAST

        def wide(p: float, made=made, one=one) -> float:
            return _wide(branches(network, made, replace(one, p=p)))

        if wide(least) <= room:
            break
    one = replace(one, p=scaled(wide, room, least=least))
    return branches(network, made, one), made, one


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
