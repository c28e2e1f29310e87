"""A model as a building of real bricks that is stable and holds together when it is lifted.

Every synapse is a green brick. An axon (white plate) carries one input past all neurons. On it is
one weight per neuron (green; round if the weight is negative), and on each weight its
multiplication (yellow plate). A dendrite (red) is on the products of one neuron and sums them. On
it is the activation (blue), with one output stud. The next layer's axon is along that dendrite. So
inputs run along one axis and neurons along the other, and each layer swaps the two.

Cells are 2 x 2 studs. Bars of more than 8 studs have several courses with staggered joints.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ..errors import ArgumentError
from . import balance, saving
from .building_words import BuildingWords
from .masonry import Floor, Site
from .network import Brick, read
from .real_parts import BASES, COLOURS, GREY, PARTS, PLATE, STUD, Colour, Part, Placed
from .text import clean, columns

#: Maximum number of weights.
MOST_SYNAPSES = 4096

#: A building that tips over when tilted by less than this angle, in degrees, gets a baseplate.
_STABLE_DEGREES = 10.0


@dataclass(frozen=True, repr=False)
class Building:
    """A model in real bricks.

    Notebooks display its picture, and `print` shows its list of parts. It can be saved as a
    printable booklet, a plan, or an order list.

    Attributes:
        name: the model's name.
        parts: every part with its position, in the order of assembly.
        floors: the layers that were built, from the bottom.
        steps: the instruction for each step; step 1 is ``steps[0]``.
        notes: what was left out, and what needs attention.
        labels: the language of all text: "en" or "ko".
    """

    name: str
    parts: tuple[Placed, ...]
    floors: tuple[Floor, ...]
    steps: tuple[str, ...]
    notes: tuple[str, ...] = ()
    labels: str = "en"

    @property
    def pieces(self) -> int:
        """Number of parts."""
        return len(self.parts)

    def count(self) -> Counter:
        """Return the number of parts by ``(part, colour)``."""
        return Counter((p.part, p.colour) for p in self.parts)

    def inventory(self) -> list[tuple[tuple[Part, Colour], int]]:
        """Return the items of `count`, sorted by colour and then by part."""
        return sorted(
            self.count().items(),
            key=lambda item: (COLOURS.index(item[0][1]), PARTS.index(item[0][0])),
        )

    def of(self, role: str) -> list[Placed]:
        """Return the parts with a role; ``len(building.of("weight"))`` counts the synapses."""
        return [p for p in self.parts if p.role == role]

    def centimetres(self) -> tuple[float, float, float]:
        """Return the width, depth and height in centimetres."""
        left, right, front, back = balance.area(self.parts)
        high = max(p.y + p.part.height for p in self.parts) - min(p.y for p in self.parts)
        return (right - left) * STUD / 10, (back - front) * STUD / 10, high * PLATE / 10

    def summary(self) -> str:
        """Return a one-line summary. Putting a layer on the one below counts as a step."""
        size = " x ".join(f"{length:.1f}" for length in self.centimetres())
        return clean(
            BuildingWords(self.labels)(
                "summary",
                name=self.name,
                pieces=self.pieces,
                weights=len(self.of("weight")),
                size=size,
                steps=len(self.steps) + len(self.floors) - 1,
            )
        )

    def text(self) -> str:
        """Return the list of parts as a text table."""
        words = BuildingWords(self.labels)
        rows = [words("head").split("|")]
        rows += [
            [
                str(pieces),
                words.colour(colour.name),
                words.part(part.name),
                part.ldraw,
                words("order", part=part.bricklink, colour=colour.bricklink),
            ]
            for (part, colour), pieces in self.inventory()
        ]
        lines = [self.summary(), "", *columns(rows)]
        lines += [""] * bool(self.notes) + [f"- {note}" for note in self.notes]
        return "\n".join(map(clean, lines)) + "\n"

    def picture(self, theme: str = "auto", size: float | None = None):
        """Return a `Picture` of the finished building; `theme` and `size` are as in `draw`."""
        from .picture import Picture
        from .scene.built import building_scene

        return Picture(building_scene(self), [], theme, size, self.labels)

    def save(self, path) -> None:
        """Write the building to a file, in the format of its extension.

        Args:
            path: ``.html`` (a printable booklet with a drawing of each step), ``.mpd`` or
                ``.ldr`` (the plan, for LDraw programs), ``.xml`` (BrickLink's wanted list, to
                order the parts), ``.txt`` (the list of parts), ``.svg``, ``.png`` (a picture).

        Raises:
            ArgumentError: for another extension.
        """
        path = saving.writable(saving.checked(path, saving.BUILDING_WRITERS, "Building.save: path"))
        saving.put(path, saving.BUILDING_WRITERS[path.suffix.lower()](self))

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<Building: {self.summary()}>"

    def _repr_svg_(self) -> str:
        return self.picture().svg()


def building(model, weights: bool = True, labels: str = "en") -> Building:
    """Return a model, or a single layer, as a building of real bricks.

    Args:
        model: a `Sequential` model, or a layer whose input shape is known.
        weights: whether to show weights: stronger ones in darker green, negative ones round. If
            False, or if there are no weights yet, all are plain green bricks.
        labels: "en" or "ko": English or Korean.

    Returns:
        Building: its parts, steps and notes.

    Raises:
        ArgumentError: for a model that branches, that has no synapses or more than 4,096, or
            with adjacent layers whose numbers of outputs and inputs differ.

    >>> from brickwork.layers import Dense
    >>> print(building(Dense(1, input_dim=3, activation="sigmoid", name="neuron")))
    neuron: 13 pieces, 3 of them weights, 4.8 x 1.6 x 2.9 cm, 5 steps
    <BLANKLINE>
    pieces  colour  part         LDraw  BrickLink
         3  white   plate 1 x 2  3023b  3023, colour 1
         3  green   brick 1 x 1  3005   3005, colour 6
         3  yellow  plate 1 x 1  3024   3024, colour 3
         1  red     brick 1 x 6  3009   3009, colour 5
         1  blue    plate 1 x 1  3024   3024, colour 7
         1  blue    tile 1 x 1   3070b  3070b, colour 7
         1  blue    tile 1 x 4   2431   2431, colour 7
    <BLANKLINE>
    - Biases are not built: a bias is no synapse.
    """
    network, words = read(model), BuildingWords(labels)
    bricks, notes = _bricks_to_build(network, words)
    site = Site(weights, words)
    for i, brick in enumerate(bricks):
        site.floor(brick, bricks[i + 1].outputs if i + 1 < len(bricks) else 0)
    return _on_baseplate(
        Building(
            network.name,
            tuple(site.parts),
            tuple(site.floors),
            tuple(site.steps),
            tuple(notes),
            labels,
        ),
        words,
    )


def _bricks_to_build(network, words: BuildingWords) -> tuple[list[Brick], list[str]]:
    """Return the bricks to build, with the activation of each, and notes on what is left out."""
    if not network.chain:
        raise ArgumentError(
            "building: model",
            f"got {network.name!r}, which branches; expected a "
            "chain of layers. Build its layers separately, or draw it: "
            "model.draw().",
        )
    if not 0 < network.synapses <= MOST_SYNAPSES:
        raise ArgumentError(
            "building: model",
            f"got {network.name!r} with {network.synapses:,} "
            f"synapses, expected 1 to {MOST_SYNAPSES:,}, since each is a brick. "
            "Build one of its Dense layers, or draw it: model.draw().",
        )
    chosen, notes = [], []
    for brick in network.bricks:
        if brick.dense:
            _check_fit(chosen[-1] if chosen else None, brick)
            chosen.append(brick)
        elif chosen and chosen[-1].activation == "linear" != brick.activation:
            notes.append(
                words("blue", name=brick.name, function=brick.activation, below=chosen[-1].name)
            )
            chosen[-1] = replace(chosen[-1], activation=brick.activation)
        else:
            about = f"{brick.kind} {brick.note}".strip()
            notes.append(words("empty", name=brick.name, about=about))
    notes += [
        words("broken", brick.non_finite, name=brick.name) for brick in chosen if brick.non_finite
    ]
    if any(brick.biased for brick in chosen):
        notes.append(words("bias"))
    return chosen, notes


def _check_fit(below: Brick | None, above: Brick) -> None:
    if below is not None and below.outputs != above.inputs:
        raise ArgumentError(
            "building: model",
            f"got {above.name!r} with {above.inputs:,} inputs "
            f"on {below.name!r} with {below.outputs:,} outputs, expected as many "
            "inputs as outputs. Build the two layers separately.",
        )


def _on_baseplate(free: Building, words: BuildingWords) -> Building:
    """Return the building, on baseplates if it would tip over easily."""
    notes = [
        *free.notes,
        *(words("turns", name=floor.name) for floor in free.floors[1:] if floor.inputs == 1),
    ]
    foot = balance.area([p for p in free.parts if p.y == 0])
    if balance.tilt(free.parts, foot) >= _STABLE_DEGREES:
        return replace(free, notes=tuple(notes))
    notes.append(words("stands"))
    base = _baseplates(foot)
    later = tuple(replace(p, step=p.step + 1) for p in free.parts)
    return replace(free, parts=base + later, notes=tuple(notes), steps=(words("base"), *free.steps))


def _baseplates(foot: balance.Area) -> tuple[Placed, ...]:
    """Return baseplates for an area: a small one if it is enough, else large ones side by side."""
    wide, deep = foot[1] - foot[0], foot[3] - foot[2]
    part = BASES[0] if max(wide, deep) <= BASES[0].length - 2 else BASES[1]
    across, along = -(-wide // part.length), -(-deep // part.length)
    left = round((foot[0] + foot[1] - across * part.length) / 2)
    front = round((foot[2] + foot[3] - along * part.length) / 2)
    return tuple(
        Placed(
            part, GREY, left + i * part.length, -part.height, front + j * part.length, role="base"
        )
        for i in range(across)
        for j in range(along)
    )
