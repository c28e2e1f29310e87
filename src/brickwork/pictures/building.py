"""A model as a building of real bricks that stands, and holds together when it is lifted.

Every synapse is a green brick, as in the lesson: an axon (white plate) carries one input past all
neurons; on it stands one weight a neuron (green: a brick, or a round one where the weight is
negative), on each weight the multiplication (yellow plate); a dendrite (red) rests on the products
of one neuron and sums them; on it lies the activation (blue) with the one stud that goes out. The
next layer's axon lies along that dendrite. So inputs run along one axis and neurons along the
other, and the next layer swaps the two.

Cells are 2 x 2 studs. Bars over 8 studs are laid in courses with staggered joints.
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

#: More greens than this are no toy any more.
MOST_SYNAPSES = 4096

#: What can be tilted less (degrees) gets a baseplate.
_FREE = 10.0


@dataclass(frozen=True, repr=False)
class Building:
    """A model in real bricks: it shows itself in notebooks, prints its list of parts, and saves
    itself as a booklet to print, a plan, or a list to order from.

    Attributes:
        name: the model's.
        parts: every part in its place, in the order in which they are put there.
        floors: the layers that were built, from below.
        steps: what is done in each step, in words; step 1 is ``steps[0]``.
        notes: what was not built, and what to take care of.
        labels: the language of all that is said: "en" or "ko".
    """

    name: str
    parts: tuple[Placed, ...]
    floors: tuple[Floor, ...]
    steps: tuple[str, ...]
    notes: tuple[str, ...] = ()
    labels: str = "en"

    @property
    def pieces(self) -> int:
        """How many parts it takes."""
        return len(self.parts)

    def count(self) -> Counter:
        """How many of each ``(part, colour)`` it takes."""
        return Counter((p.part, p.colour) for p in self.parts)

    def inventory(self) -> list[tuple[tuple[Part, Colour], int]]:
        """What `count` tells, in the table's order: by colour, then by part."""
        return sorted(self.count().items(), key=lambda item: (
            COLOURS.index(item[0][1]), PARTS.index(item[0][0])))

    def of(self, role: str) -> list[Placed]:
        """The parts of one role: ``len(building.of("weight"))`` is the number of synapses."""
        return [p for p in self.parts if p.role == role]

    def centimetres(self) -> tuple[float, float, float]:
        """Its width, depth and height."""
        left, right, front, back = balance.area(self.parts)
        high = max(p.y + p.part.height for p in self.parts) - min(p.y for p in self.parts)
        return (right - left) * STUD / 10, (back - front) * STUD / 10, high * PLATE / 10

    def summary(self) -> str:
        """What it is, in a line. Putting a layer on the one below is a step, too."""
        size = " x ".join(f"{length:.1f}" for length in self.centimetres())
        return clean(BuildingWords(self.labels)(
            "summary", name=self.name, pieces=self.pieces, weights=len(self.of("weight")),
            size=size, steps=len(self.steps) + len(self.floors) - 1))

    def text(self) -> str:
        """The list of parts, to be read by people."""
        words = BuildingWords(self.labels)
        rows = [words("head").split("|")]
        rows += [[str(pieces), words.colour(colour.name), words.part(part.name), part.ldraw,
                  words("order", part=part.bricklink, colour=colour.bricklink)]
                 for (part, colour), pieces in self.inventory()]
        lines = [self.summary(), "", *columns(rows)]
        lines += [""] * bool(self.notes) + [f"- {note}" for note in self.notes]
        return "\n".join(map(clean, lines)) + "\n"

    def picture(self, theme: str = "auto", size: float | None = None):
        """The building as it stands at the end, as a `Picture` (`theme`, `size`: as in `draw`)."""
        from .picture import Picture
        from .scene.built import building_scene

        return Picture(building_scene(self), [], theme, size, self.labels)

    def save(self, path) -> None:
        """Write it into a file; the name's ending says what.

        Args:
            path: ``.html`` (a booklet to print: each step drawn, parts counted), ``.mpd`` or
                ``.ldr`` (the plan, for LDraw programs), ``.xml`` (a wanted list, to order its
                parts), ``.txt`` (the list of parts), ``.svg``, ``.png`` (a picture).

        Raises:
            ArgumentError: for another ending.
        """
        path = saving.writable(saving.checked(path, saving.OF_A_BUILDING, "Building.save: path"))
        saving.put(path, saving.OF_A_BUILDING[path.suffix.lower()](self))

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<Building: {self.summary()}>"

    def _repr_svg_(self) -> str:
        return self.picture().svg()


def building(model, weights: bool = True, labels: str = "en") -> Building:
    """A model, or a layer by itself, as a building of real bricks.

    Args:
        model: a `Sequential` model or a layer that knows its inputs.
        weights: show the weights: the stronger, the darker its green, and round where it is
            negative. Without, or before there are any, all are plain green bricks.
        labels: "en" or "ko": English or Korean.

    Raises:
        ArgumentError: for what is no chain, has no synapses or more than 4,096, or whose layers
            do not fit on one another.

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
    bricks, notes = _chosen(network, words)
    site = Site(weights, words)
    for i, brick in enumerate(bricks):
        site.floor(brick, bricks[i + 1].outputs if i + 1 < len(bricks) else 0)
    return _grounded(Building(network.name, tuple(site.parts), tuple(site.floors),
                              tuple(site.steps), tuple(notes), labels), words)


def _chosen(network, words: BuildingWords) -> tuple[list[Brick], list[str]]:
    """The bricks to build, with the function that each ends in, and notes of all others."""
    if not network.chain:
        raise ArgumentError("building: model", f"got {network.name!r}, which branches; expected a "
                            "chain, where each layer stands on the one before. Build its layers "
                            "one by one, or draw it: model.draw().")
    if not 0 < network.synapses <= MOST_SYNAPSES:
        raise ArgumentError("building: model", f"got {network.name!r} with {network.synapses:,} "
                            f"synapses, expected 1 to {MOST_SYNAPSES:,}: each is a brick to put. "
                            "Build one of its Dense layers, or draw it: model.draw().")
    built, notes = [], []
    for brick in network.bricks:
        if brick.dense:
            _fits(built[-1] if built else None, brick)
            built.append(brick)
        elif built and built[-1].activation == "linear" != brick.activation:
            notes.append(words("blue", name=brick.name, function=brick.activation,
                               below=built[-1].name))
            built[-1] = replace(built[-1], activation=brick.activation)
        else:
            about = f"{brick.kind} {brick.note}".strip()
            notes.append(words("empty", name=brick.name, about=about))
    notes += [words("broken", brick.broken, name=brick.name) for brick in built if brick.broken]
    if any(brick.biased for brick in built):
        notes.append(words("bias"))
    return built, notes


def _fits(below: Brick | None, above: Brick) -> None:
    if below is not None and below.outputs != above.inputs:
        raise ArgumentError("building: model", f"got {above.name!r} with {above.inputs:,} inputs "
                            f"on {below.name!r} with {below.outputs:,} outputs, expected as many: "
                            "a brick stands on the studs below it. Build the two one by one.")


def _grounded(plain: Building, words: BuildingWords) -> Building:
    """The building as it is where it stands free, else on baseplates."""
    notes = [*plain.notes, *(words("turns", name=floor.name)
                             for floor in plain.floors[1:] if floor.inputs == 1)]
    foot = balance.area([p for p in plain.parts if p.y == 0])
    if balance.tilt(plain.parts, foot) >= _FREE:
        return replace(plain, notes=tuple(notes))
    notes.append(words("stands"))
    base = _base(foot)
    later = tuple(replace(p, step=p.step + 1) for p in plain.parts)
    return replace(plain, parts=base + later, notes=tuple(notes),
                   steps=(words("base"), *plain.steps))


def _base(foot: balance.Area) -> tuple[Placed, ...]:
    """Baseplates under a foot: a small one where it is enough, else large ones side by side."""
    wide, deep = foot[1] - foot[0], foot[3] - foot[2]
    part = BASES[0] if max(wide, deep) <= BASES[0].length - 2 else BASES[1]
    across, along = -(-wide // part.length), -(-deep // part.length)
    left = round((foot[0] + foot[1] - across * part.length) / 2)
    front = round((foot[2] + foot[3] - along * part.length) / 2)
    return tuple(Placed(part, GREY, left + i * part.length, -part.height,
                        front + j * part.length, role="base")
                 for i in range(across) for j in range(along))
