"""The studio's wall looks like these pictures: its files are what the package says now."""

import json
import re

from scripts import script

from brickwork import Sequential, layers
from brickwork.pictures import draw

tool = script("tools/studio_specification.py")


def test_files_are_those_of_the_package():
    for path, content in tool.files().items():
        assert path.read_text("utf-8") == content, f"{path.name}: run tools/studio_specification.py"


def test_the_page_knows_every_colour_that_a_rule_names():
    specification = tool.specification()
    named = set(re.findall(r"\$([\w-]+)", " ".join(specification["rules"].values())))
    for theme in ("light", "dark"):
        assert named - {"dark"} <= set(specification["colours"][theme])


def test_every_activation_of_the_palette_has_a_curve():
    curves = tool.specification()["curves"]
    assert all(len(points) == 17 for points in curves.values())
    assert set(curves) == set(tool.ACTIVATIONS)


def test_a_golden_model_is_drawn_like_one_that_was_built():
    """The golden networks are plain data; a model of the same layers gives the same picture."""
    name, described, _, inputs, _ = next(m for m in tool.MODELS if m[0] == "dropout")
    plain = tool.network(name, described, True, inputs)
    model = Sequential([layers.Input((8,))], name=name)
    for layer in described:
        model.add(getattr(layers, layer["kind"])(**layer["config"]))
    for brick, layer in zip(plain.bricks, model.layers, strict=True):
        if brick.dense:
            layer.set_weights([brick.kernel, brick.bias])
    built = draw(model, size=830).networks[0]
    for brick, other in zip(plain.bricks, built.bricks, strict=True):
        for field in ("kind", "inputs", "outputs", "activation", "note", "parameters", "biased"):
            assert getattr(brick, field) == getattr(other, field), (brick.name, field)


def test_golden_pictures_cover_levels_languages_and_widths():
    pictures = json.loads(tool.GOLDEN.read_text("utf-8"))["pictures"]
    for key, least in (("model", 15), ("level", 4), ("language", 2), ("page", 4), ("bias", 2)):
        assert len({str(picture[key]) for picture in pictures}) >= least, key
