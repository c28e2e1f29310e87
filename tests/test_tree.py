"""Nested structures, compared with Keras."""

from collections import OrderedDict, namedtuple

import keras
import pytest

from brickwork import tree

Point = namedtuple("Point", "x y")
STRUCTURES = [
    5,
    None,
    [],
    {},
    [1, (2, None)],
    {"b": 1, "a": [2, (3, None)]},
    OrderedDict(b=1, a=[2]),
    Point(1, [2, {"k": 3}]),
    {"x": (), "y": [[]]},
]
EACH = pytest.mark.parametrize("structure", STRUCTURES, ids=repr)


@EACH
def test_leaves_and_paths(structure):
    for name in ("flatten", "flatten_with_path", "is_nested", "lists_to_tuples"):
        ours, theirs = (getattr(module, name)(structure) for module in (tree, keras.tree))
        assert ours == theirs and type(ours) is type(theirs), name


@EACH
def test_maps_and_packs(structure):
    def doubled(*leaves):
        return leaves * 2

    for structures in ((structure,), (structure, structure)):
        for none in (True, False):
            ours, theirs = (
                module.map_structure(doubled, *structures, none_is_leaf=none)
                for module in (tree, keras.tree)
            )
            assert ours == theirs
    leaves = [f"leaf {i}" for i in range(len(tree.flatten(structure)))]
    assert tree.pack_sequence_as(structure, leaves) == keras.tree.pack_sequence_as(
        structure, leaves
    )


@EACH
@pytest.mark.parametrize("top_down", [True, False])
def test_traverse(structure, top_down):
    def function(module):
        def visit(part):
            if part == 1:
                return module.MAP_TO_NONE
            return "list" if isinstance(part, list) else -part if isinstance(part, int) else None

        return visit

    assert tree.traverse(function(tree), structure, top_down) == keras.tree.traverse(
        function(keras.tree), structure, top_down
    )


def test_up_to_and_shapes():
    for module in (tree, keras.tree):
        assert module.map_structure_up_to([0, {"a": 0}], len, [[1, 2], {"a": "xyz"}]) == [
            2,
            {"a": 3},
        ]
        assert module.map_shape_structure(list, {"a": (1, None), "b": [(2,), (3, 4)]}) == {
            "a": [1, None],
            "b": [[2], [3, 4]],
        }


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.assert_same_structure([1], (1,)),
        lambda t: t.assert_same_structure([1], [1, 2]),
        lambda t: t.assert_same_structure({"a": 1}, {"b": 1}),
        lambda t: t.assert_same_structure(1, [1]),
        lambda t: t.assert_same_structure([1], 1),
        lambda t: t.assert_same_paths([1], [1, 2]),
        lambda t: t.pack_sequence_as([1, 2], [1]),
        lambda t: t.map_structure(max, [1], [1, 2]),
        lambda t: t.pack_sequence_as([1], [1, 2]),
        lambda t: t.map_structure_up_to([1, 2], len, [[1]]),
    ],
)
def test_what_differs_is_refused(call):
    for module in (tree, keras.tree):
        with pytest.raises(ValueError):
            call(module)
