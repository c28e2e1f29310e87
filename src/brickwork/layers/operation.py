"""`Operation`: a call of an op between the layers of a functional model, such as ``a + b``.

As in Keras it is a node of the graph, not a layer. It holds which op is called; the node holds what
on. Each op is a class, named like Keras's, so that names, summaries and pictures say "GetItem".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar

from ..errors import ArgumentError, near, shown
from ..naming import unique_name
from ..program import Symbol, as_symbol, current_trace, topological
from ..program.between import FUNCTIONS as FUNCTIONS, any_connected
from ..program.trace import require_trace, tracing
from ..stack_level import outside
from ..tree import flatten as leaves, map_structure as mapped
from .symbolic_calls import Node, refuse_strings
from .trials import output_dims

#: The classes of Keras whose names are not those of the functions in CamelCase.
_CLASS_NAMES = {
    "activations.relu": "ReLU",
    "abs": "Absolute",
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "cdist": "CDist",
    "conj": "Conjugate",
    "hard_swish": "HardSilu",
    "isin": "IsIn",
    "layer_normalization": "LayerNorm",
    "rms_normalization": "RMSNorm",
    "searchsorted": "SearchSorted",
    "svd": "SVD",
    "swish": "Silu",
}


class Operation:
    """An op as a node of a graph; made when an op is called on symbols between layers.

    Attributes:
        op: the name of the op in `brickwork.ops`.
        name: the name of the node; by default that of the class with a number.

    >>> from brickwork.layers import Input
    >>> y = Input((3,)) + 1.0
    >>> y.history.layer.op, type(y.history.layer).__name__
    ('add', 'Add')
    """

    op: ClassVar[str] = ""
    # What a graph asks of layers.
    is_input = False
    built = True
    trainable = False
    weights: ClassVar[tuple] = ()
    trainable_weights: ClassVar[tuple] = ()
    _host = False
    _encoders: ClassVar[tuple] = ()
    _ids = None

    def __init__(self, name: str | None = None):
        self.name = name or unique_name(type(self).__name__)
        self._nodes: list[Node] = []

    @staticmethod
    def of(op: str, name: str | None = None) -> Operation:
        """The operation of an op.

        Args:
            op: name of the op.
            name: name of the node.

        Raises:
            ArgumentError: for an op that there is not.

        >>> float(Operation.of("mean").call([1.0, 3.0]))
        2.0
        """
        return _kind(op)(name)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the op, on arrays or in a trace."""
        return FUNCTIONS[self.op](*args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the op's value for arrays or symbols; between layers the call is recorded."""
        trace = current_trace()
        if trace is not None:
            if any(getattr(x, "mask", None) is not None for x in leaves((args, kwargs))):
                warnings.warn(
                    f"{self.name} ({type(self).__name__}): got a masked input, but an op hands no "
                    "mask on, as in Keras: later layers use every step.",
                    stacklevel=outside(),
                )
            with trace.inside(self.name):
                return mapped(_as_output, self.call(*args, **kwargs))
        if any_connected((args, kwargs)):
            return self._recorded(args, kwargs)
        return self.call(*args, **kwargs)

    def _recorded(self, args: tuple, kwargs: dict) -> Any:
        refuse_strings(self.name, args, kwargs)
        args, kwargs = mapped(_argument, (args, kwargs))

        def once(input_of):
            inside = mapped(lambda x: input_of(x) if isinstance(x, Symbol) else x, (args, kwargs))
            with tracing() as trace, trace.inside(self.name):
                outputs = mapped(_as_output, self.call(*inside[0], **inside[1]))
            if any(map(callable, leaves((args, kwargs)))):
                self._refuse_captured(leaves(outputs))
            return outputs

        outputs = output_dims(once, (args, kwargs))
        node = Node(self, args, kwargs)
        self._nodes.append(node)
        return mapped(lambda x: node.add_output(x.dims, x.dtype), outputs)

    def _refuse_captured(self, outputs: list) -> None:
        """Raise if functions among the arguments use symbols that are not passed to them."""
        if any(symbol.history is not None for symbol in topological(outputs)):
            raise ArgumentError(
                self.name,
                "got a function that uses a symbol from outside of it, expected one of its "
                "arguments alone. Put the op into the call of a layer.",
            )

    @property
    def input(self) -> Any:
        """The symbol that it was first called on, or a list of them."""
        found = self._first_node("input").sources()
        return found[0] if len(found) == 1 else found

    @property
    def output(self) -> Any:
        """The symbol that the first call returned, or a list of them."""
        found = self._first_node("output").outputs
        return found[0] if len(found) == 1 else list(found)

    def _first_node(self, what: str) -> Node:
        if not self._nodes:
            raise AttributeError(f"{self.name}.{what}: not known before the op is called.")
        return self._nodes[0]

    def count_params(self) -> int:
        """Return the parameter count, 0.

        Returns:
            An int.
        """
        return 0

    def get_config(self) -> dict[str, Any]:
        """Return the op and the name; the call's arguments are the node's.

        Returns:
            A dict, for `from_config`.
        """
        return {"op": self.op, "name": self.name}

    @classmethod
    def from_config(cls, config: dict) -> Operation | Any:
        """Make an operation from its config.

        Args:
            config: the config; that of a primitive, too, as older files hold it.

        Raises:
            ArgumentError: for a config that is none.
        """
        if "operands" in config:
            from .older_operation import OlderOperation

            return OlderOperation(**config)
        unknown = sorted(config.keys() - {"op", "name"})
        if unknown or not isinstance(config.get("op"), str):
            raise ArgumentError(
                "Operation", f"got {shown(config)}, expected {{'op': a name, 'name': a name}}."
            )
        return Operation.of(config["op"], config.get("name"))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple]:
        return Operation.of, (self.op, self.name)  # its class is made, not imported

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


_kinds: dict[str, type[Operation]] = {}


def _kind(op: str) -> type[Operation]:
    """The class of an op."""
    if op not in _kinds:
        if op not in FUNCTIONS:
            raise ArgumentError(
                "Operation.op", f"got {shown(op)}, no op of brickwork{near(op, FUNCTIONS)}"
            )
        attributes = {"op": op, "__module__": __name__, "__doc__": FUNCTIONS[op].__doc__}
        _kinds[op] = type(class_name(op), (Operation,), attributes)
    return _kinds[op]


def class_name(op: str) -> str:
    """The name of Keras's class of an op.

    >>> class_name("reduce_mean"), class_name("isin")
    ('ReduceMean', 'IsIn')
    """
    return _CLASS_NAMES.get(op) or "".join(
        part[:1].upper() + part[1:] for part in op.rpartition(".")[2].split("_")
    )


def _as_output(x: Any) -> Any:
    """An op's result in a trace: a symbol, also where it is a constant there."""
    return x if x is None or isinstance(x, Symbol) else as_symbol(x)


def _argument(x: Any) -> Any:
    """An argument as a node holds it: state rather than the symbol that reads it."""
    if not isinstance(x, Symbol) or x.history is not None:
        return x
    if x.op == "read":
        return x.attrs["state"]
    if x.op == "const":
        return x.attrs["value"]
    return require_trace()  # raises
