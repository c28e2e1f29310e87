"""`FeatureSpace`: encodes tables with columns of different types as numeric arrays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from .. import layers
from ..custom_objects import is_user_defined
from ..data import as_numbers
from ..data.adapt_data import data_to_adapt
from ..data.tables import by_column
from ..data.texts import as_texts, is_text
from ..errors import ArgumentError, near, shown
from ..fields import Configurable, encode, field
from ..layers.layer import Layer
from ..naming import unique_name

if TYPE_CHECKING:
    from .model import Model

#: A float: in `FeatureSpace` itself that name is a type of columns.
Number: TypeAlias = float
#: Rows per batch for `Discretization`, as in Keras: its boundaries depend on it.
_ROWS = 32


def _preprocessor(value):
    return layers.deserialize(value) if isinstance(value, dict) else value


class Feature(Configurable):
    """How one column is encoded.

    Args:
        dtype: str, dtype of the column: "float32", "int32", "string", ...
        preprocessor: `Layer` that is called on the column, ``(rows, 1)``.
        output_mode: "float"; or for a layer that returns integers "int" or "one_hot".
    """

    dtype: str = field(kind="str")
    preprocessor: Any = field(convert=_preprocessor)
    output_mode: str = field(options=("int", "one_hot", "float"))


class Cross(Configurable):
    """A feature of several columns: each combination of their values is hashed into a bin.

    Args:
        feature_names: names of the columns.
        crossing_dim: int >= 1, number of bins.
        output_mode: "one_hot" (default) or "int".
    """

    feature_names: tuple | Any = field(convert=tuple)
    crossing_dim: int = field(kind="int", ge=1)
    output_mode: str = field(default="one_hot", options=("int", "one_hot"))

    @property
    def name(self) -> str:
        """The names of the columns, joined."""
        return "_X_".join(self.feature_names)


def _plain(value, kind):
    """An object of the class from its config; anything else unchanged."""
    if isinstance(value, dict):
        return kind.from_config(dict(value.get("config", value)))
    return value


class FeatureSpace(Layer):
    """Encodes tables with columns of different types as numeric arrays.

    It is adapted to a table and then called on tables. `get_inputs` and `get_encoded_features`
    are for models: ``Model(space.get_inputs(), Dense(1)(space.get_encoded_features()))`` is
    trained on tables, ``Model(space.get_encoded_features(), ...)`` on the space's outputs.

    Args:
        features: dict from the names of the columns to their types: "float", "float_rescaled",
            "float_normalized", "float_discretized", "integer_categorical", "string_categorical",
            "integer_hashed" or "string_hashed"; or, with arguments, what the method of that name
            returns; or `FeatureSpace.feature` with a custom layer.
        output_mode: "concat" (default) concatenates the columns' encodings, sorted by name; "dict"
            returns them by name.
        crosses: list of tuples of column names, whose combinations are features too, or of what
            `FeatureSpace.cross` returns; default None.
        crossing_dim: int >= 1, number of bins of each cross; default 32.
        hashing_dim: int >= 1, number of bins of hashed columns; default 32.
        num_discretization_bins: int >= 2, number of bins of discretized columns; default 32.
        name: str, name of the layer; by default the class's name with a number.

    >>> space = FeatureSpace({"age": "float", "city": "string_categorical"})
    >>> table = {"age": [30.0, 40.0], "city": ["Seoul", "Ulsan"]}
    >>> space.adapt(table)
    >>> space(table)
    array([[30.,  0.,  0.,  1.],
           [40.,  0.,  1.,  0.]], dtype=float32)
    """

    field_order = (
        "features",
        "output_mode",
        "crosses",
        "crossing_dim",
        "hashing_dim",
        "num_discretization_bins",
        "name",
    )
    features: Any = field()
    output_mode: str = field(default="concat", options=("concat", "dict"))
    crosses: Any = field(default=None)
    crossing_dim: int = field(default=32, kind="int", ge=1)
    hashing_dim: int = field(default=32, kind="int", ge=1)
    num_discretization_bins: int = field(default=32, kind="int", ge=2)
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)

    # Types of columns

    @classmethod
    def cross(
        cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> Cross:
        """Define a feature of combinations of columns, by a hash.

        Args:
            feature_names: list or tuple of the columns' names.
            crossing_dim: int >= 1, number of bins.
            output_mode: "one_hot" (default) or "int".

        Returns:
            A `Cross`, for the argument `crosses`.
        """
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """Define a column that is encoded by a custom layer.

        Args:
            dtype: str, dtype of the column: "float32", "int32", "string", ...
            preprocessor: `Layer` that is called on the column, ``(rows, 1)``.
            output_mode: "float"; or for a layer that returns integers "int" or "one_hot".

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Define a column of floats that are used unchanged.

        Args:
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(
            "float32", layers.Identity(dtype="float32", name=_named(name, "float")), "float"
        )

    @classmethod
    def float_rescaled(
        cls, scale: Number = 1.0, offset: Number = 0.0, name: str | None = None
    ) -> Feature:
        """Define a column of floats that are scaled and shifted: ``x * scale + offset``.

        Args:
            scale: float; default 1.0.
            offset: float; default 0.0.
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(
            "float32", layers.Rescaling(scale, offset, name=_named(name, "float_rescaled")), "float"
        )

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Define a column of floats that are normalized to mean 0 and variance 1.

        Args:
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(
            "float32", layers.Normalization(-1, name=_named(name, "float_normalized")), "float"
        )

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Sequence[Number] | None = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Define a column of floats that are mapped to bins.

        Args:
            num_bins: int >= 1, number of bins with about equally many values each; None if
                `bin_boundaries` is given.
            bin_boundaries: list of floats in ascending order; None (default): `adapt` finds them.
            output_mode: "one_hot" (default) or "int".
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.

        Raises:
            ArgumentError (a ValueError): if `num_bins` contradicts `bin_boundaries`.
        """
        if bin_boundaries is not None and num_bins not in (None, len(bin_boundaries) + 1):
            raise ArgumentError(
                "FeatureSpace.float_discretized.num_bins",
                f"got {num_bins} with {len(bin_boundaries)} boundaries, expected None.",
            )
        layer = layers.Discretization(
            bin_boundaries,
            None if bin_boundaries is not None else num_bins,
            name=_named(name, "float_discretized"),
        )
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Define a column of integers that are mapped to indices of a vocabulary.

        Args:
            max_tokens: int >= 2, largest size of the vocabulary; None (default) for no limit.
            num_oov_indices: int >= 0, number of indices for integers outside of the vocabulary;
                default 1.
            output_mode: "one_hot" (default) or "int".
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        layer = layers.IntegerLookup(
            max_tokens, num_oov_indices, name=_named(name, "integer_categorical")
        )
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Define a column of strings that are mapped to indices of a vocabulary.

        Args:
            max_tokens: int >= 2, largest size of the vocabulary; None (default) for no limit.
            num_oov_indices: int >= 0, number of indices for strings outside of the vocabulary;
                default 1.
            output_mode: "one_hot" (default) or "int".
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        layer = layers.StringLookup(
            max_tokens, num_oov_indices, name=_named(name, "string_categorical")
        )
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Define a column of strings that are hashed into bins.

        Args:
            num_bins: int >= 1, number of bins.
            output_mode: "one_hot" (default) or "int".
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(
            "string", layers.Hashing(num_bins, name=_named(name, "string_hashed")), output_mode
        )

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Define a column of integers that are hashed into bins.

        Args:
            num_bins: int >= 1, number of bins.
            output_mode: "one_hot" (default) or "int".
            name: str, for the name of the layer; default None.

        Returns:
            A `Feature`, for the argument `features`.
        """
        return Feature(
            "int32", layers.Hashing(num_bins, name=_named(name, "integer_hashed")), output_mode
        )

    def setup(self) -> None:
        super().setup()
        if not isinstance(self.features, dict) or not self.features:
            raise ArgumentError(
                "FeatureSpace.features",
                f"got {shown(self.features)}, expected a "
                "dict from the names of columns to their types.",
            )
        self.features = {name: self._feature(name, value) for name, value in self.features.items()}
        self.crosses = [self._cross(value) for value in self.crosses or ()]
        self.preprocessors = {name: f.preprocessor for name, f in self.features.items()}
        self.crossers = {
            cross.name: layers.HashedCrossing(cross.crossing_dim, name=cross.name)
            for cross in self.crosses
        }
        self.one_hot_encoders: dict[str, Layer] = {}
        self._encoder: Model | None = None  # from the columns to their encodings
        self._adapted = not self._adaptable()

    def _feature(self, name: str, value: Any) -> Feature:
        value = _plain(value, Feature)
        if isinstance(value, Feature):
            return value
        usual = {
            "float_discretized": (self.num_discretization_bins,),
            "integer_hashed": (self.hashing_dim,),
            "string_hashed": (self.hashing_dim,),
            **dict.fromkeys(
                (
                    "float",
                    "float_rescaled",
                    "float_normalized",
                    "integer_categorical",
                    "string_categorical",
                ),
                (),
            ),
        }
        if value not in usual:
            raise ArgumentError(
                f"FeatureSpace.features[{name!r}]", f"got {shown(value)}{near(str(value), usual)}"
            )
        return getattr(self, value)(*usual[value], name=name)

    def _cross(self, value: Any) -> Cross:
        value = _plain(value, Cross)
        cross = value if isinstance(value, Cross) else Cross(value, self.crossing_dim)
        for name in cross.feature_names:
            if name not in self.features:
                raise ArgumentError(
                    "FeatureSpace.crosses", f"got the column {name!r}{near(name, self.features)}"
                )
        return cross

    # Adapting

    def _adaptable(self) -> list[str]:
        """The columns whose layers are to be adapted."""
        return [
            name
            for name, layer in self.preprocessors.items()
            if hasattr(layer, "adapt") and not _needs_no_data(layer)
        ]

    def adapt(self, dataset: Any) -> None:
        """Find the vocabularies, boundaries, means and variances.

        Args:
            dataset: table of pandas, Polars or Arrow, or dict of columns; or an iterable of such
                batches, or of rows as dicts.

        Raises:
            TypeError: for a column of another type than declared.
            ValueError: for NaN and missing values.
        """
        columns = _columns(dataset, {name: self.features[name] for name in self._adaptable()})
        for name, parts in columns.items():
            layer = self.preprocessors[name]
            if len(parts) == 1 and isinstance(layer, layers.Discretization):
                parts = [parts[0][i : i + _ROWS] for i in range(0, len(parts[0]), _ROWS)]
            layer.adapt(iter(parts))
        self._adapted = True
        self._encoder = None

    # Encoding

    def get_inputs(self) -> dict:
        """Return the inputs of the space, for a model on tables.

        Returns:
            A dict from the columns' names to symbols ``(None, 1)``.
        """
        return self._model_of_columns().input

    def get_encoded_features(self) -> Any:
        """Return the outputs of the space, for a model.

        Returns:
            A symbol ``(None, features)``; with output_mode="dict" a dict of symbols by name.
        """
        return self._model_of_columns().output

    def _model_of_columns(self) -> Model:
        if not self._adapted:
            raise ArgumentError(
                f"{self.name} (FeatureSpace)",
                "got used before it was adapted, "
                f"expected {self.name}.adapt(table) first, which finds what "
                f"{', '.join(self._adaptable())} need.",
            )
        if self._encoder is None:
            from . import Model

            inputs = {
                name: layers.Input((1,), dtype=feature.dtype, name=name)
                for name, feature in self.features.items()
            }
            self._encoder = Model(inputs, self._encoded(inputs))
            self.built = True
        return self._encoder

    def _encoded(self, inputs: dict) -> Any:
        found = {name: layer(inputs[name]) for name, layer in sorted(self.preprocessors.items())}
        crossed = {
            cross.name: self.crossers[cross.name]([found[part] for part in cross.feature_names])
            for cross in self.crosses
        }
        specs = {**self.features, **{cross.name: cross for cross in self.crosses}}
        encoded = {
            name: self._in_mode(name, specs[name].output_mode, value)
            for name, value in [*found.items(), *sorted(crossed.items())]
        }
        if self.output_mode == "dict":
            return encoded
        for name, value in encoded.items():
            if not value.dtype.startswith("float"):
                raise ArgumentError(
                    f"FeatureSpace.features[{name!r}]",
                    f"got {value.dtype} to "
                    "concatenate, expected floats. Use output_mode='one_hot' for "
                    "it, or output_mode='dict' for the whole space.",
                )
        parts = list(encoded.values())
        return parts[0] if len(parts) == 1 else layers.Concatenate(-1)(parts)

    def _in_mode(self, name: str, how: str, value: Any) -> Any:
        """A layer's output in its output mode."""
        if how != "one_hot":
            return value
        layer = self.preprocessors.get(name) or self.crossers.get(name)
        count = _cardinality(layer)
        if not value.dtype.startswith("int") or count is None:
            raise ArgumentError(
                f"FeatureSpace.features[{name!r}].output_mode",
                f"got 'one_hot' "
                f"for a {type(layer).__name__} that returns {value.dtype}, "
                "expected a layer that returns integers of a known range; "
                "use 'float' or 'int'.",
            )
        self.one_hot_encoders[name] = encoder = layers.CategoryEncoding(count, "multi_hot")
        return encoder(value)

    def __call__(self, data: Any) -> Any:
        """Encode a table.

        Args:
            data: table of pandas, Polars or Arrow, or dict of columns ``(rows,)``; or a dict of
                scalars, which is one row.

        Returns:
            An array ``(rows, features)``, for one row ``(features,)``; with output_mode="dict" a
            dict of arrays by name.

        Raises:
            TypeError: for a column of another type than declared.
            ValueError: for NaN and missing values.
        """
        model = self._model_of_columns()
        data = _by_name(data, f"{self.name} (FeatureSpace)")
        if not hasattr(data, "keys"):
            raise ArgumentError(
                f"{self.name} (FeatureSpace)",
                f"got {type(data).__name__}, expected a dict of columns, or a table.",
            )
        columns = {
            name: _column(data[name], feature, f"{self.name}[{name!r}]")
            for name, feature in self.features.items()
            if name in data
        }
        alone = all(column.ndim == 0 for column in columns.values())
        out = model(
            {
                name: column.reshape(-1, 1) if column.ndim < 2 else column
                for name, column in columns.items()
            }
        )
        if not alone:
            return out
        return {name: part[0] for name, part in out.items()} if isinstance(out, dict) else out[0]

    # Config and state, for files

    def get_config(self) -> dict[str, Any]:
        """Return the columns and their layers; what `adapt` found is part of `get_state`."""
        return {
            "features": {name: encode(value) for name, value in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [encode(c) for c in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
            "name": self.name,
        }

    def save(self, filepath: str | PathLike[str]) -> None:
        """Save the space with what `adapt` found to a file, which `load_model` reads.

        Args:
            filepath: str or path that ends in ``.brick``.

        Raises:
            ArgumentError (a ValueError): for another extension. Keras's files hold models only.
        """
        from ..saving import save_model

        name = os.fsdecode(filepath)
        if not name.endswith(".brick"):
            own = f"{name.rpartition('.')[0] or name}.brick"
            raise ArgumentError(
                "FeatureSpace.save.filepath",
                f"got {name!r}, expected a name that "
                f"ends in .brick: save({own!r}), and load_model({own!r}) reads it. "
                "Keras's files hold models: save a model on get_inputs(), which "
                "contains its space.",
            )
        save_model(self, filepath)

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what `adapt` found, as numeric arrays.

        Returns:
            A dict of arrays; a name begins with the index of the column, such as "0/tokens".
        """
        state: dict[str, np.ndarray] = {}
        for number, name in enumerate(self._adaptable()):
            layer = self.preprocessors[name]
            own = (
                layer.get_state()
                if hasattr(layer, "get_state")
                else dict(
                    zip(map(str, range(len(layer.weights))), layer.get_weights(), strict=True)
                )
            )
            state |= {f"{number}/{key}": array for key, array in own.items()}
        return state

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Set what `adapt` would find, the inverse of `get_state`.

        Args:
            state: dict of arrays, as `get_state` returns it.
        """
        for number, name in enumerate(self._adaptable()):
            layer, start = self.preprocessors[name], f"{number}/"
            own = {
                key[len(start) :]: array for key, array in state.items() if key.startswith(start)
            }
            if hasattr(layer, "set_state"):
                layer.set_state(own)
            else:
                layer.build_for((None, 1))
                layer.set_weights([own[str(i)] for i in range(len(own))])
        self._adapted, self._encoder = True, None


def _named(name: str | None, kind: str) -> str:
    return f"{name or unique_name(kind)}_preprocessor"


def _needs_no_data(layer: Any) -> bool:
    """Whether a layer was given what `adapt` would find."""
    if isinstance(layer, layers.Normalization):
        return layer.input_mean is not None
    if isinstance(layer, layers.Discretization):
        return layer.num_bins is None
    return getattr(layer, "vocabulary", None) is not None


def _cardinality(layer: Any) -> int | None:
    """The number of integers that a layer may return."""
    if hasattr(layer, "vocabulary_size"):
        return layer.vocabulary_size()
    if isinstance(layer, layers.Discretization):
        return layer.num_bins or len(layer.bin_boundaries) + 1
    return getattr(layer, "num_tokens", None) or getattr(layer, "num_bins", None)


def _column(value: Any, feature: Feature, what: str) -> np.ndarray:
    """The values of one column, strings as bytes."""
    if feature.dtype == "string":
        return as_texts(value, what)
    if is_text(value):
        raise ArgumentError(
            what,
            f"got text, expected numbers, for a feature of "
            f"{feature.dtype}. Make it 'string_categorical' or 'string_hashed'.",
        )
    if is_user_defined(type(feature.preprocessor)):  # which may handle missing values
        return cast(np.ndarray, as_numbers(value, what)[0])
    return data_to_adapt(value, what)


def _columns(dataset: Any, features: dict[str, Feature]) -> dict[str, list[np.ndarray]]:
    """The batches of each of these columns, each ``(rows, 1)``."""
    names = list(features)
    parts: dict[str, list] = {name: [] for name in names}
    for batch in _batches(dataset):
        for name in names:
            if name not in batch:
                raise ArgumentError(
                    "FeatureSpace.adapt",
                    f"got no column {name!r}, expected one for each of {', '.join(names)}.",
                )
            parts[name].append(
                _column(batch[name], features[name], f"FeatureSpace.adapt[{name!r}]")
            )
    for name, found in parts.items():
        if found and all(part.ndim == 0 for part in found):  # single rows
            found[:] = [np.stack(found[i : i + _ROWS]) for i in range(0, len(found), _ROWS)]
        parts[name] = [part[:, None] if part.ndim == 1 else part for part in found]
        if not found:
            raise ArgumentError("FeatureSpace.adapt", "got no rows, expected at least one.")
    return parts


def _by_name(data: Any, what: str) -> Any:
    """The columns of a table by their names; anything else unchanged."""
    columns = by_column(data, what)
    return data if columns is None else columns


def _batches(dataset: Any) -> Iterator:
    dataset = _by_name(dataset, "FeatureSpace.adapt")
    if hasattr(dataset, "keys"):
        yield dataset
        return
    if not hasattr(dataset, "__iter__") or isinstance(dataset, str):
        raise ArgumentError(
            "FeatureSpace.adapt",
            f"got {type(dataset).__name__}, expected a dict "
            "of columns, a table, or batches of such.",
        )
    for batch in dataset:
        batch = _by_name(batch, "FeatureSpace.adapt")
        if not hasattr(batch, "keys"):
            raise ArgumentError(
                "FeatureSpace.adapt",
                f"got a batch that is a "
                f"{type(batch).__name__}, expected a dict of columns without "
                "targets.",
            )
        yield batch
