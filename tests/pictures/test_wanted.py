"""The wanted list: the parts to order are those of the building."""

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest
from chains import chain

from brickwork.pictures import wanted
from brickwork.pictures.building import building
from brickwork.pictures.real_parts import COLOURS, PARTS


@pytest.mark.parametrize("sizes", [(3, 1), (4, 8, 6, 1), (1, 16)])
def test_it_orders_the_parts_of_the_building(sizes):
    house = building(chain(*sizes))
    text = wanted.text(house)
    assert text.startswith("<INVENTORY>")  # BrickLink rejects an XML declaration
    ordered = Counter()
    for item in ET.fromstring(text):
        fields = {field.tag: field.text for field in item}
        assert list(fields) == ["ITEMTYPE", "ITEMID", "COLOR", "MINQTY"]
        assert fields["ITEMTYPE"] == "P"
        key = fields["ITEMID"], int(fields["COLOR"])
        assert key not in ordered
        ordered[key] = int(fields["MINQTY"])
    assert ordered == Counter((p.part.bricklink, p.colour.bricklink) for p in house.parts)
    assert ordered.total() == house.pieces


def test_bricklinks_numbers():
    text = wanted.text(building(chain(3, 1), weights=False))
    assert "<ITEMID>3005</ITEMID><COLOR>6</COLOR><MINQTY>3</MINQTY>" in text
    assert "3023b" not in text and "<ITEMID>3023</ITEMID><COLOR>1</COLOR>" in text


def test_numbers_of_parts_and_colours_are_unique():
    assert len({p.ldraw for p in PARTS}) == len({p.bricklink for p in PARTS}) == len(PARTS)
    assert len({c.ldraw for c in COLOURS}) == len({c.bricklink for c in COLOURS}) == len(COLOURS)


def test_names_of_models_are_not_in_it():
    plain = chain(3, 1)
    wild = replace(plain, name="<&>\n", bricks=(replace(plain.bricks[0], name="]]></INVENTORY>"),))
    assert wanted.text(building(wild)) == wanted.text(building(plain))
