"""Looking things up by name, as Keras's `get` does."""

import json
import sys

import pytest

from brickwork import metrics
from brickwork.fields import Configurable, field
from brickwork.registry import Registry, snake_case


class Shape(Configurable):
    size: int = field(default=1, kind="int", ge=1)

    def __call__(self):
        return self.size


shapes = Registry("shape", Shape)


@shapes.add(aliases=["box"])
class UnitSquare(Shape):
    pass


@shapes.add
class Circle(Shape):
    pass


@shapes.add(aliases=["ring"])
def circle():
    return 0


@pytest.mark.parametrize("name", ["UnitSquare", "unit_square", "unitsquare", "box"])
def test_names_of_a_class_return_an_object(name):
    assert isinstance(shapes.get(name), UnitSquare)


def test_a_function_goes_before_a_class_of_the_same_snake_name():
    assert shapes.get("circle") is circle and shapes.get("ring") is circle
    assert isinstance(shapes.get("Circle"), Circle)


def test_what_get_passes_through():
    square = UnitSquare(2)
    assert shapes.get(square) is square and shapes.get(None) is None
    assert isinstance(shapes.get(UnitSquare), UnitSquare)
    assert shapes.get(circle) is circle
    assert shapes.get({"class_name": "UnitSquare", "config": {"size": 5}}).size == 5


def test_keras_configs_are_understood():
    config = {
        "module": "keras.shapes",
        "class_name": "UnitSquare",
        "config": {"size": 4},
        "registered_name": None,
    }
    assert shapes.deserialize(config).size == 4
    assert (
        shapes.deserialize(
            {
                "module": "builtins",
                "class_name": "function",
                "config": "circle",
                "registered_name": "function",
            }
        )
        is circle
    )
    assert shapes.deserialize("box").size == 1


def test_serialize_and_back():
    config = json.loads(json.dumps(shapes.serialize(UnitSquare(3))))
    assert config == {"class_name": "UnitSquare", "config": {"size": 3}}
    assert shapes.deserialize(config).size == 3
    assert shapes.serialize(circle) == "circle"


def test_custom_objects_and_nothing_else_from_outside():
    class Mine(Shape):
        pass

    config = {"class_name": "pkg>Mine", "config": {"size": 2}}
    assert isinstance(shapes.deserialize(config, {"Mine": Mine}), Mine)
    with pytest.raises(ValueError, match="got 'pkg>Mine'"):
        shapes.deserialize(config)
    with pytest.raises(ValueError, match="got 'system'"):
        shapes.deserialize({"module": "os", "class_name": "system", "config": {}})


def test_the_file_of_a_name_that_is_taken_is_told():
    taken = Registry("shape", Shape)
    taken.add(type("Dot", (Shape,), {"__module__": "shapes.round"}))
    with pytest.raises(
        ValueError,
        match=r"shape 'Dot' of shapes\.new: got a name that Dot of "
        r"shapes\.round has already, expected another",
    ):
        taken.add(type("Dot", (Shape,), {"__module__": "shapes.new"}))


def test_arguments_of_a_function_in_a_config_are_refused():
    assert shapes.get({"class_name": "circle", "config": {}}) is circle
    with pytest.raises(
        ValueError,
        match=r"got arguments for the function circle, \{'size': 2\}, "
        "expected none",
    ):
        shapes.get({"class_name": "circle", "config": {"size": 2}})


@pytest.mark.parametrize(
    "identifier, part",
    [
        ("boxx", "shape: got 'boxx'; did you mean 'box'?"),
        ("zzz", "expected one of Circle, UnitSquare, box, circle"),
        (3, "shape: got 3, expected a name, its config, an object or a function."),
        ([1], "got [1]"),
        (True, "got True"),
        (float, "got <class 'float'>"),
        ({"class_name": 3}, "expected {'class_name': a name"),
        ({"class_name": "UnitSquare", "config": [1]}, "expected {'class_name': a name"),
    ],
)
def test_refusals(identifier, part):
    with pytest.raises(ValueError) as caught:
        shapes.get(identifier)
    assert part in str(caught.value)


def test_no_functions_where_only_objects_will_do():
    optimizers = Registry("optimizer", Shape, functions=False)
    with pytest.raises(ValueError, match=r"an object\."):
        optimizers.get(lambda: 0)


def test_one_name_for_one_thing():
    registry = Registry("thing")

    @registry.add
    class Same:
        pass

    with pytest.raises(ValueError, match=r"got a name that .* has already, expected another"):
        registry.add(type("Same", (), {}))
    assert registry.add(Same) is Same and registry.names() == ["Same"]


@pytest.mark.parametrize(
    "name, snake",
    [
        ("GlorotUniform", "glorot_uniform"),
        ("RMSprop", "rm_sprop"),
        ("L2", "l2"),
        ("AdamW", "adam_w"),
        ("Dense", "dense"),
        ("", ""),
    ],
)
def test_snake_case_is_keras(name, snake):
    assert snake_case(name) == snake


def test_what_is_added_later_is_loaded_on_first_use(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "kitchen").mkdir()
    (tmp_path / "kitchen" / "shelf.py").write_text(
        "from kitchen import jugs\n"
        "@jugs.add(aliases=['pot'])\nclass BlueJug: pass\n"
        "def rinse(): pass\n"
    )
    (tmp_path / "kitchen" / "__init__.py").write_text(
        "from brickwork.registry import Registry\njugs = Registry('jug')\n"
        "names = jugs.register_lazily(__name__, {'shelf': ['BlueJug', 'pot', 'rinse']})\n"
    )
    from kitchen import jugs, names

    assert names == ["BlueJug", "pot", "rinse"] and "kitchen.shelf" not in sys.modules
    assert type(jugs.get("blue_jug")) is type(jugs.get("pot")) is jugs.attribute("", "BlueJug")
    assert jugs.attribute("", "rinse").__name__ == "rinse"
    with pytest.raises(ValueError, match="did you mean 'blue_jug'"):
        jugs.get("blue_jog")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("pearson", "pearson_correlation"),  # one of its words
        ("Pearson", "pearson_correlation"),
        ("mean_sqared_eror", "mean_squared_error"),
        ("meansqarederror", "mean_squared_error"),  # and not meansquarederror
    ],
)
def test_a_name_that_is_meant_is_found(name, meant):
    with pytest.raises(ValueError, match=f"did you mean '{meant}'"):
        metrics.get(name)
