"""A building's parts as a BrickLink wanted list, for upload."""

from __future__ import annotations

from .building import Building


def text(building: Building) -> str:
    """Return the parts to order as BrickLink XML, with the numbers in the table of parts.

    >>> from brickwork.layers import Dense
    >>> from brickwork.pictures.building import building
    >>> text(building(Dense(1, input_dim=3))).splitlines()[1]
    '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3023</ITEMID><COLOR>1</COLOR><MINQTY>3</MINQTY></ITEM>'
    """
    items = [
        f"<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>{part.bricklink}</ITEMID>"
        f"<COLOR>{colour.bricklink}</COLOR><MINQTY>{pieces}</MINQTY></ITEM>"
        for (part, colour), pieces in building.inventory()
    ]
    return "\n".join(["<INVENTORY>", *items, "</INVENTORY>"]) + "\n"
