"""A checker of buildings, which shares nothing with what lays them but the parts' sizes.

It fills cells (1 stud x 1 stud x 1 plate) and looks at what touches what. `faults` answers what
is wrong, in words; an empty list is a building that stands.
"""

from brickwork.pictures.real_parts import COLOURS, PARTS


def cells(part):
    """The cells that a placed part fills."""
    long, wide = part.part.length, part.part.width
    if part.turned:
        long, wide = wide, long
    return [(part.x + i, part.y + k, part.z + j) for i in range(long) for j in range(wide)
            for k in range(part.part.height)]


def feet(part):
    return [(x, y, z) for x, y, z in cells(part) if y == part.y]


def touching(parts):
    """Pairs (lower, upper, whether a stud holds them) by index, and the parts that collide."""
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
    """How many pieces it comes apart into when it is lifted."""
    parent = list(range(number))

    def root(i):
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for lower, upper in joints:
        parent[root(lower)] = root(upper)
    return len({root(i) for i in range(number)})


def faults(building):
    """What is wrong with a building: unknown parts, collisions, what floats, what comes apart."""
    found = [f"unknown: {p.part.ldraw} in {p.colour.name}" for p in building.parts
             if p.part not in PARTS or p.colour not in COLOURS]
    pairs, collisions = touching(building.parts)
    found += [f"collision: {a} and {b}" for a, b in collisions]
    found += _floating(building.parts, pairs)
    return found + _apart(building) + _layers(building) + _falling(building.parts)


def _floating(parts, pairs):
    """What rests on nothing and hangs by no stud. Only an axon's first course may hang: it lies
    across the joint of the course above it, and that one rests on the floor below."""
    ground = min(p.y for p in parts)
    resting = {upper for _, upper, _ in pairs}
    hanging = {lower for lower, upper, held in pairs if held}
    return [f"floating: {p.role} {i}" for i, p in enumerate(parts)
            if p.y > ground and i not in resting
            and not (p.role == "axon" and p.layer and i in hanging)]


def _apart(building):
    """It hangs together by studs alone, without its baseplates."""
    parts = [p for p in building.parts if p.role != "base"]
    pairs, _ = touching(parts)
    pieces = groups(len(parts), [(a, b) for a, b, held in pairs if held])
    return [] if pieces == 1 else [f"apart: {pieces} pieces"]


def _layers(building):
    """Each layer can be built on a table: every part rests on the table or on an earlier step,
    nothing is in its way from above, and the layer can then be lifted in one piece."""
    found = []
    for number, floor in enumerate(building.floors):
        parts = [p for p in building.parts if p.layer == number]
        pairs, _ = touching(parts)
        below = {}
        for lower, upper, _ in pairs:
            below.setdefault(upper, []).append(lower)
            if parts[lower].step >= parts[upper].step:
                found.append(f"order: {floor.name}: {parts[upper].role} before what is under it")
        found += [f"on no table: {floor.name}: {p.role}" for i, p in enumerate(parts)
                  if p.y != floor.y and i not in below]
        if groups(len(parts), [(a, b) for a, b, held in pairs if held]) != 1:
            found.append(f"apart: {floor.name}")
    return found


def _falling(parts):
    """The centre of mass is above the foot; and that of all floors above a joint is above what
    they touch there, so that the studs need not hold any weight."""
    levels = {p.layer: p.y for p in reversed(parts) if p.role == "axon"}
    found = []
    for layer, level in sorted(levels.items()):
        above = [p for p in parts if p.layer is not None and p.layer >= layer]
        under = {(x, z) for p in parts if p.y + p.part.height == level for x, _, z in feet(p)}
        foot = [(x, z) for p in above if p.y == level for x, _, z in feet(p)
                if layer == 0 or (x, z) in under]
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
