"""The two kinds of feature columns: dense ones, which a network takes, and categorical ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...errors import ArgumentError, shown
from ...fields import Configurable, encode
from ...layers.columns_layer import Encoder
from .encoders import Ids

#: The classes of columns by name, as configs have them.
KINDS: dict[str, type] = {}


class FeatureColumn(Configurable):
    """What becomes of one column of a table, or of several.

    A subclass declares its arguments as fields; they are its attributes and its config.
    """

    #: The name, by which `DenseFeatures` sorts; a subclass sets it or defines a property.
    name: ClassVar[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__fields__:
            KINDS[cls.__name__] = cls

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.name))

    @property
    def who(self) -> str:
        """What error messages call the column."""
        return f"{type(self).__name__}({self.name!r})"


class CategoricalColumn(FeatureColumn):
    """A column of categories, for `indicator_column`, `embedding_column` and `crossed_column`."""

    #: The number of categories; a subclass sets it or defines a property.
    num_buckets: Any

    @property
    def keys_read(self) -> dict[str, str]:
        """For each raw column that is read, the dtype of an `Input` for it."""
        raise NotImplementedError

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the categories of each row."""
        raise NotImplementedError

    #: The raw column of weights; None where each category counts once.
    weight_key: str | None = None


class DenseColumn(FeatureColumn):
    """A column of numbers, which `DenseFeatures` takes."""

    @property
    def width(self) -> int:
        """How many numbers a row of it has."""
        raise NotImplementedError

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """What runs of it before the engine: one step for each array that `output` takes."""
        raise NotImplementedError

    def build(self, layer: Any) -> Any:
        """Create the column's weight, if it has one, and return it; else None."""
        return None

    def output(self, arrays: list, weight: Any, dtype: str) -> Any:
        """Return the numbers, in ops.

        Args:
            arrays: the arrays of the `encoders`, as symbols.
            weight: what `build` returned.
            dtype: dtype of the result.

        Returns:
            A symbol ``(rows, width)``.
        """
        raise NotImplementedError


def column_of(kind: type, expected: str, value: Any) -> Any:
    """Convert a field: a column of a kind, or its config.

    Raises:
        ValueError: for anything else; the message says what was expected.
    """
    if isinstance(value, dict) and value.get("class_name") in KINDS:
        value = KINDS[value["class_name"]](**value["config"])
    if not isinstance(value, kind):
        got = value.who if isinstance(value, FeatureColumn) else shown(value)
        raise ValueError(f"got {got}, expected {expected}")
    return value


def categorical(value: Any) -> CategoricalColumn:
    """Convert a field: a categorical column."""
    return column_of(
        CategoricalColumn, "a categorical column, such as categorical_column_with_identity.", value
    )


def function_config(function: Any, what: str) -> Any:
    """A function of the user's as configs hold it: by its name.

    Raises:
        ArgumentError (a ValueError): for a lambda or a partial, which have none.
    """
    if function is not None and getattr(function, "__name__", "<lambda>") == "<lambda>":
        raise ArgumentError(
            what,
            f"got {shown(function)}, which a file cannot hold: it has no name. Write it as a "
            "function (def scaled(x): ...), and pass that in custom_objects when loading.",
        )
    return encode(function)
