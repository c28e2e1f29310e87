"""Declared arguments: order, checks, messages, config; the attack on every field of ours."""

import inspect
import json
import math

import numpy as np
import pytest
from attack import ATTACKS, attack
from hypothesis import given, strategies as st

from brickwork.errors import ArgumentError
from brickwork.fields import Configurable, field


class Base(Configurable):
    name: str | None = field(default=None, kind="str", kw_only=True)
    trainable: bool = field(default=True, kind="bool", kw_only=True)


class Brick(Base):
    units: int = field(kind="int", ge=1)
    rate: float = field(default=0.5, kind="float", ge=0, lt=1)
    use_bias: bool = field(default=True, kind="bool")
    mode: str = field(default="sum", options=("sum", "mean"))
    dims: tuple = field(default=None, kind="shape")
    axis: int = field(default=-1, kind="axis")


def test_signature_has_inherited_fields_behind_and_by_name():
    shown = str(inspect.signature(Brick))
    assert shown == (
        "(units, rate=0.5, use_bias=True, mode='sum', dims=None, axis=-1, *, "
        "name=None, trainable=True)"
    )
    with pytest.raises(TypeError, match="positional"):
        Brick(1, 0.5, True, "sum", None, -1, "name")


def test_subclass_may_give_new_defaults_and_a_new_order():
    class Other(Brick):
        rate = 0.25
        units = 2
        name = "other"
        field_order = ("rate", "units")

        def mode(self):
            """A method is no default."""

    brick = Other(0.125, 3)
    assert (brick.rate, brick.units, brick.name) == (0.125, 3, "other")
    assert Other().rate == 0.25 and Other().units == 2 and Brick(1).rate == 0.5
    assert list(inspect.signature(Other).parameters)[:3] == ["rate", "units", "use_bias"]


def test_own_init_of_a_subclass_sees_the_new_defaults():
    class Mine(Brick):
        rate = 0.75

        def __init__(self, width, **kwargs):
            super().__init__(width * 2, **kwargs)
            self.width = width

    mine = Mine(4, name="x")
    assert (mine.units, mine.rate, mine.name, mine.width) == (8, 0.75, "x", 4)
    assert list(inspect.signature(Mine).parameters) == ["width", "kwargs"]

    with pytest.raises(TypeError, match="writes its own __init__"):

        class Lost(Mine):
            height = field(default=1, kind="int")


def test_required_arguments_stand_before_optional_ones():
    with pytest.raises(TypeError, match="'units' stands behind 'rate'"):

        class Wrong(Brick):
            field_order = ("rate", "units")


def test_setup_runs_after_the_fields_are_set():
    class Pair(Configurable):
        low: float = field(kind="float")
        high: float = field(kind="float")

        def setup(self):
            if self.low > self.high:
                raise ArgumentError("Pair", "low is above high.")
            self.width = self.high - self.low

    assert Pair(1, 3).width == 2
    with pytest.raises(ValueError, match="low is above high"):
        Pair(3, 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"units": -1}, "Brick.units: got -1, expected an integer >= 1."),
        ({"units": True}, "Brick.units: got True, expected an integer >= 1."),
        ({"units": 3, "rate": 1}, "Brick.rate: got 1, expected a number >= 0 and < 1."),
        ({"units": 3, "mode": "max"}, "Brick.mode: got 'max', expected one of 'sum', 'mean'."),
        ({"units": 3, "unit": 3}, "Brick: got an unknown argument 'unit'; did you mean 'units'?"),
        ({}, "Brick.units: is missing, expected an integer >= 1."),
        (
            {"units": np.zeros((1000, 3))},
            "Brick.units: got ndarray of shape (1000, 3), expected an integer >= 1.",
        ),
    ],
)
def test_messages_say_what_came_and_what_was_expected(arguments, message):
    with pytest.raises(ArgumentError) as caught:
        Brick(**arguments)
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, TypeError)


def test_convert_replaces_the_value_and_its_message_names_the_argument():
    def even(value):
        if value % 2:
            raise ValueError(f"got {value}, expected an even number.")
        return value // 2

    class Half(Configurable):
        number: int = field(default=0, convert=even)

    assert Half(8).number == 4
    with pytest.raises(ValueError, match=r"Half\.number: got 3, expected an even number\."):
        Half(3)


def test_two_values_for_one_argument():
    with pytest.raises(TypeError, match=r"Brick\.units: got two values"):
        Brick(3, units=4)


def test_forgotten_super_init_is_an_attribute_error():
    class Forgetful(Brick):
        def __init__(self):
            pass

    with pytest.raises(AttributeError):
        Forgetful().units  # noqa: B018


def test_numpy_scalars_are_kept_as_python_values():
    brick = Brick(np.int64(3), np.float32(0.25), np.bool_(False), dims=np.array([2, 3]))
    assert (brick.units, brick.rate, brick.use_bias, brick.dims) == (3, 0.25, False, (2, 3))
    assert [type(v) for v in (brick.units, brick.rate, brick.use_bias)] == [int, float, bool]
    assert Brick(np.array(3)).units == 3


@given(
    st.integers(1, 2**62),
    st.floats(0, 1, exclude_max=True),
    st.booleans(),
    st.sampled_from(["sum", "mean"]),
    st.none() | st.lists(st.integers(0, 9)).map(tuple),
)
def test_config_round_trip(units, rate, use_bias, mode, dims):
    brick = Brick(units, rate, use_bias, mode, dims)
    again = Brick.from_config(json.loads(json.dumps(brick.get_config())))
    assert again.get_config() == brick.get_config()
    assert repr(again) == repr(brick)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_numbers_in_bounds_pass_and_no_other(value):
    if math.isfinite(value) and 0 <= value < 1:
        assert Brick(1, value).rate == value
    else:
        with pytest.raises(ArgumentError):
            Brick(1, value)


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("name", Brick.__fields__)
def test_attack_on_each_kind_of_field(name, value):
    attack(Brick, name, value, required={"units": 3})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (math.inf, "got inf, expected a finite number >= 0 and < 1"),
        (math.nan, "got nan, expected a finite number >= 0 and < 1"),
        ("one", "got 'one', expected a number >= 0 and < 1"),
    ],
)
def test_what_is_no_finite_number_is_told_so(value, wanted):
    class Share(Configurable):
        rate: float = field(kind="float", ge=0, lt=1)

    with pytest.raises(ArgumentError, match=f"Share.rate: {wanted}"):
        Share(value)


def test_a_forgotten_call_of_setup_is_told():
    from brickwork import layers, metrics, optimizers

    for base in (layers.Layer, metrics.Metric, optimizers.SGD):
        kind = type("Own", (base,), {"setup": lambda self: None})
        with pytest.raises(TypeError, match=r"Own: its setup must call super\(\)\.setup\(\)"):
            kind()
