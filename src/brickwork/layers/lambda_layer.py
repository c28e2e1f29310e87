"""`Lambda`: a function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self

from .. import activations
from ..errors import ArgumentError, shown
from ..fields import field
from .calling import inferred
from .layer import GIVEN, Layer, registry


def _function(value: Any) -> Callable:
    if isinstance(value, dict) and value.get("class_name") == "__lambda__":
        raise ValueError(
            "got a Python lambda from a file, which is never run: it could do "
            "anything. Define the function in your program, and pass it by name in "
            "custom_objects."
        )
    if isinstance(value, dict | str):
        return activations.get(value)
    if not callable(value):
        raise ValueError(
            f"got {shown(value)}, expected a function of a tensor, written in brickwork.ops."
        )
    return value


def _mask(value):
    if value is None or callable(value) or bool(getattr(value, "ndim", 0)):
        return value
    raise ValueError(f"got {shown(value)}, expected a mask, or a function (inputs, mask).")


def _arguments(value):
    if value is None or isinstance(value, dict):
        return value
    raise ValueError(f"got {shown(value)}, expected a dict of arguments by name.")


def _shape_or_function(value):
    return (
        value
        if value is None or callable(value)
        else field(kind="shape").accept("Lambda", "output_shape", value)
    )


@registry.add
class Lambda(Layer):
    """Applies a function: ``function(inputs)``. It is traced once, then it runs like any layer.

    The function is written in `brickwork.ops` (or operators); it may also take ``mask`` and
    ``training``. A saved model holds the function's name, never its code. To load the model, pass
    the function in ``custom_objects``, or add it to `activations.registry`.

    Args:
        function: callable of a tensor, or of a list of tensors.
        output_shape: tuple, shape of a row of the output; or a function of the inputs' shape. None
            (default) finds it by a trace.
        mask: the output's mask, a bool tensor; or a function ``(inputs, mask)`` that returns it.
            Default None.
        arguments: dict of further keyword arguments of the function; default None.

    >>> Lambda(lambda x: x ** 2)([[1.0, 3.0]])
    array([[1., 9.]], dtype=float32)
    """

    _given_names = (*GIVEN, "output_shape")
    _by_row = False
    _declares_shape = True
    function: Callable = field(convert=_function)
    output_shape: Any = field(default=None, convert=_shape_or_function)
    mask: Any = field(default=None, convert=_mask)
    arguments: dict | Any = field(default=None, convert=_arguments)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = self.mask is not None
        self.arguments = dict(self.arguments or {})
        accepted: Mapping[str, Any]
        try:
            accepted = inspect.signature(self.function).parameters
        except ValueError:  # a function of C
            accepted = {}
        self._passed = [name for name in ("mask", "training") if name in accepted]

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """See the class."""
        known = {"mask": mask, "training": training}
        return self.function(
            inputs, **self.arguments, **{name: known[name] for name in self._passed}
        )

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the `mask` argument, or what it returns."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the `output_shape` argument, or the one that a trace finds."""
        declared = self._given["output_shape"]
        if declared is None:
            return inferred(self, input_shape)
        return declared(input_shape) if callable(declared) else (input_shape[0], *declared)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, with functions by name.

        Raises:
            ValueError: for a function without a name.
        """
        functions = {
            "function": self.function,
            "output_shape": self._given["output_shape"],
            "mask": self.mask,
        }
        for name, value in functions.items():
            if getattr(value, "__name__", "") == "<lambda>":
                raise ValueError(
                    f"{self.name} (Lambda).{name}: got a Python lambda, which a file "
                    "cannot hold: it has no name. Write it as a function (def "
                    "double(x): ...), and pass that in custom_objects when loading."
                )
        return {
            **super().get_config(),
            **{
                name: {"class_name": "function", "config": value.__name__}
                if callable(value)
                else value
                for name, value in functions.items()
            },
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """The inverse of `get_config`; functions are looked up in `custom_objects`, then among the
        activations."""
        known, config = custom_objects or {}, dict(config)
        for name in ("function", "output_shape", "mask"):
            value = config.get(name)
            if isinstance(value, dict) and value.get("class_name") == "function":
                found = known.get(value["config"])
                if found is None and name == "function":
                    found = activations.registry.get(value["config"], known)
                if found is None:
                    raise ArgumentError(
                        f"Lambda.{name}",
                        f"got {value['config']!r}, expected a "
                        "function of that name in custom_objects.",
                    )
                config[name] = found
        return cls(**config)
