"""A checker of buildings, independent of the code that builds them except for the parts' sizes.

It fills cells (1 stud x 1 stud x 1 plate) and finds which parts touch. `faults` returns messages
about what is wrong; an empty list means that the building is stable.
"""

from brickwork.pictures.real_parts import COLOURS, PARTS


def cells(part):
    """Return the cells that a placed part fills."""
    long, wide = part.part.length, part.part.width
    if part.turned:
        long, wide = wide, long
    return [
        (part.x + i, part.y + k, part.z + j)
        for i in range(long)
        for j in range(wide)
        for k in range(part.part.height)
    ]


def feet(part):
    return [(x, y, z) for x, y, z in cells(part) if y == part.y]


def touching(parts):
    """Return pairs ``(lower, upper, whether a stud connects them)`` by index, and collisions."""
    filled, collisions = {}, []
    for number, part in enumerate(parts):
        for cell in cells(part):
            if cell in filled:
                collisions.append((filled[cell], number))
            filled[cell] = number
    pairs = []
    for upper, part in enumerate(parts):
        for x, y, z in feet(part):
            lower = filled.get((x, y - 1, z))
            if lower is not None and lower != upper:
                pairs.append((lower, upper, parts[lower].part.studs))
    return pairs, collisions


def groups(number, joints):
    """Return the number of pieces into which it separates when it is lifted."""
    parent = list(range(number))

    def root(i):
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for lower, upper in joints:
        parent[root(lower)] = root(upper)
    return len({root(i) for i in range(number)})


def faults(building):
    """Return what is wrong with a building: unknown parts, collisions, floating or loose parts."""
    found = [
        f"unknown: {p.part.ldraw} in {p.colour.name}"
        for p in building.parts
        if p.part not in PARTS or p.colour not in COLOURS
    ]
    pairs, collisions = touching(building.parts)
    found += [f"collision: {a} and {b}" for a, b in collisions]
    found += _floating(building.parts, pairs)
    return found + _separated(building) + _layers(building) + _unstable(building.parts)


def _floating(parts, pairs):
    """Return parts that neither rest on a part nor hang by a stud.

    Only an axon's first course may hang: it crosses the joint of the course above it, which rests
    on the floor below.
    """
    ground = min(p.y for p in parts)
    resting = {upper for _, upper, _ in pairs}
    hanging = {lower for lower, upper, held in pairs if held}
    return [
        f"floating: {p.role} {i}"
        for i, p in enumerate(parts)
        if p.y > ground and i not in resting and not (p.role == "axon" and p.layer and i in hanging)
    ]


def _separated(building):
    """Check that studs alone hold it together, without its baseplates."""
    parts = [p for p in building.parts if p.role != "base"]
    pairs, _ = touching(parts)
    pieces = groups(len(parts), [(a, b) for a, b, held in pairs if held])
    return [] if pieces == 1 else [f"apart: {pieces} pieces"]


def _layers(building):
    """Check that each layer can be built on a table and then lifted in one piece.

    Every part rests on the table or on a part of an earlier step, and is free from above.
    """
    found = []
    for number, floor in enumerate(building.floors):
        parts = [p for p in building.parts if p.layer == number]
        pairs, _ = touching(parts)
        below = {}
        for lower, upper, _ in pairs:
            below.setdefault(upper, []).append(lower)
            if parts[lower].step >= parts[upper].step:
                found.append(f"order: {floor.name}: {parts[upper].role} before what is under it")
        found += [
            f"on no table: {floor.name}: {p.role}"
            for i, p in enumerate(parts)
            if p.y != floor.y and i not in below
        ]
        if groups(len(parts), [(a, b) for a, b, held in pairs if held]) != 1:
            found.append(f"apart: {floor.name}")
    return found


def _unstable(parts):
    """Check stability: the centre of mass is above the base.

    That of all floors above a joint is also above the area where they touch, so that studs do not
    carry any weight.
    """
    levels = {p.layer: p.y for p in reversed(parts) if p.role == "axon"}
    found = []
    for layer, level in sorted(levels.items()):
        above = [p for p in parts if p.layer is not None and p.layer >= layer]
        under = {(x, z) for p in parts if p.y + p.part.height == level for x, _, z in feet(p)}
        foot = [
            (x, z)
            for p in above
            if p.y == level
            for x, _, z in feet(p)
            if layer == 0 or (x, z) in under
        ]
        if layer == 0 and any(p.role == "base" for p in parts):
            foot = under
        if not foot:
            found.append(f"falling: layer {layer} is on nothing")
            continue
        mass = [(x, z) for p in above for x, _, z in cells(p)]
        for axis, name in enumerate("xz"):
            centre = sum(c[axis] + 0.5 for c in mass) / len(mass)
            if not min(c[axis] for c in foot) < centre < max(c[axis] for c in foot) + 1:
                found.append(f"falling along {name}: layer {layer}")
    return found
