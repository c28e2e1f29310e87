"""`FeatureSpace`: tables with mixed columns as rows of numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import layers
from ..custom_objects import is_own
from ..data import as_numbers
from ..data.adapt_data import to_adapt_to
from ..data.tables import by_column
from ..data.texts import as_texts, is_text
from ..errors import ArgumentError, near, shown
from ..fields import Configurable, encode, field
from ..layers.layer import Layer
from ..naming import unique_name

#: Rows that `Discretization` is shown together, as in Keras: its boundaries depend on it.
_TOGETHER = 32


def _preprocessor(value):
    return layers.deserialize(value) if isinstance(value, dict) else value


class Feature(Configurable):
    """How one column becomes numbers.

    Args:
        dtype: of the column: "float32", "int32", "string" ...
        preprocessor: a layer, called on the column as ``(rows, 1)``.
        output_mode: "float"; or where the layer answers integers "int", or "one_hot", which makes
            rows of zeros and ones of them.
    """

    dtype: str = field(kind="str")
    preprocessor: Any = field(convert=_preprocessor)
    output_mode: str = field(options=("int", "one_hot", "float"))


class Cross(Configurable):
    """Columns of which each combination of values is a category, by a hash.

    Args:
        feature_names: of the columns.
        crossing_dim: how many bins there are for the combinations.
        output_mode: "one_hot" or "int".
    """

    feature_names: tuple = field(convert=tuple)
    crossing_dim: int = field(kind="int", ge=1)
    output_mode: str = field("one_hot", options=("int", "one_hot"))

    @property
    def name(self) -> str:
        """The names of the columns, joined."""
        return "_X_".join(self.feature_names)


def _plain(value, kind):
    """An object of the kind for its config; anything else as it is."""
    if isinstance(value, dict):
        return kind.from_config(dict(value.get("config", value)))
    return value


class FeatureSpace(Layer):
    """A table with columns of several kinds -> rows of numbers.

    Args:
        features: for each column its kind: "float", "float_rescaled", "float_normalized",
            "float_discretized", "integer_categorical", "string_categorical", "integer_hashed" or
            "string_hashed"; or, with arguments, what the method of that name answers; or
            `FeatureSpace.feature` with a layer of your own.
        output_mode: "concat" puts the numbers of all columns side by side, sorted by the columns'
            names; "dict" gives them by name.
        crosses: tuples of names of columns whose combinations are features too, or what
            `FeatureSpace.cross` answers.
        crossing_dim, hashing_dim, num_discretization_bins: how many bins there are, unless said
            otherwise.
        name: of the layer.

    It is adapted to a table and then called on others. `get_inputs` and `get_encoded_features`
    are for models: ``Model(space.get_inputs(), Dense(1)(space.get_encoded_features()))`` can be
    trained on the table itself, and ``Model(space.get_encoded_features(), ...)`` on what the space
    makes of it.

    >>> space = FeatureSpace({"age": "float", "city": "string_categorical"})
    >>> table = {"age": [30.0, 40.0], "city": ["Seoul", "Ulsan"]}
    >>> space.adapt(table)
    >>> space(table)
    array([[30.,  0.,  0.,  1.],
           [40.,  0.,  1.,  0.]], dtype=float32)
    """

    field_order = ("features", "output_mode", "crosses", "crossing_dim", "hashing_dim",
                   "num_discretization_bins", "name")
    features: Any = field()
    output_mode: str = field("concat", options=("concat", "dict"))
    crosses: Any = field(None)
    crossing_dim: int = field(32, kind="int", ge=1)
    hashing_dim: int = field(32, kind="int", ge=1)
    num_discretization_bins: int = field(32, kind="int", ge=2)
    name: str = field(None, kind="str")

    # Kinds of columns

    @classmethod
    def cross(cls, feature_names, crossing_dim, output_mode="one_hot") -> Cross:
        """Combinations of columns; see `Cross`."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype, preprocessor, output_mode) -> Feature:
        """A column with a layer of your own; see `Feature`."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name=None) -> Feature:
        """Numbers as they are."""
        return Feature("float32", layers.Identity(dtype="float32", name=_named(name, "float")),
                       "float")

    @classmethod
    def float_rescaled(cls, scale=1.0, offset=0.0, name=None) -> Feature:
        """Numbers times `scale`, plus `offset`."""
        return Feature("float32", layers.Rescaling(scale, offset,
                                                   name=_named(name, "float_rescaled")), "float")

    @classmethod
    def float_normalized(cls, name=None) -> Feature:
        """Numbers with mean 0 and variance 1."""
        return Feature("float32", layers.Normalization(-1, name=_named(name, "float_normalized")),
                       "float")

    @classmethod
    def float_discretized(cls, num_bins, bin_boundaries=None, output_mode="one_hot",
                          name=None) -> Feature:
        """Numbers in bins of equally many, or between the boundaries that are given."""
        if bin_boundaries is not None and num_bins not in (None, len(bin_boundaries) + 1):
            raise ArgumentError("FeatureSpace.float_discretized.num_bins", f"got {num_bins} with "
                                f"{len(bin_boundaries)} boundaries, expected None.")
        layer = layers.Discretization(bin_boundaries, None if bin_boundaries is not None
                                      else num_bins, name=_named(name, "float_discretized"))
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(cls, max_tokens=None, num_oov_indices=1, output_mode="one_hot",
                            name=None) -> Feature:
        """Integers by their numbers in a vocabulary."""
        layer = layers.IntegerLookup(max_tokens, num_oov_indices,
                                     name=_named(name, "integer_categorical"))
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(cls, max_tokens=None, num_oov_indices=1, output_mode="one_hot",
                           name=None) -> Feature:
        """Strings by their numbers in a vocabulary."""
        layer = layers.StringLookup(max_tokens, num_oov_indices,
                                    name=_named(name, "string_categorical"))
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(cls, num_bins, output_mode="one_hot", name=None) -> Feature:
        """Strings in bins by a hash."""
        return Feature("string", layers.Hashing(num_bins, name=_named(name, "string_hashed")),
                       output_mode)

    @classmethod
    def integer_hashed(cls, num_bins, output_mode="one_hot", name=None) -> Feature:
        """Integers in bins by a hash."""
        return Feature("int32", layers.Hashing(num_bins, name=_named(name, "integer_hashed")),
                       output_mode)

    def setup(self) -> None:
        super().setup()
        if not isinstance(self.features, dict) or not self.features:
            raise ArgumentError("FeatureSpace.features", f"got {shown(self.features)}, expected a "
                                "dict from columns to their kinds.")
        self.features = {name: self._feature(name, value)
                         for name, value in self.features.items()}
        self.crosses = [self._cross(value) for value in self.crosses or ()]
        self.preprocessors = {name: f.preprocessor for name, f in self.features.items()}
        self.crossers = {cross.name: layers.HashedCrossing(cross.crossing_dim, name=cross.name)
                         for cross in self.crosses}
        self.one_hot_encoders: dict[str, Layer] = {}
        self._encoder = None  # the model from the columns to the numbers
        self._adapted = not self._adaptable()

    def _feature(self, name: str, value) -> Feature:
        value = _plain(value, Feature)
        if isinstance(value, Feature):
            return value
        usual = {"float_discretized": (self.num_discretization_bins,),
                 "integer_hashed": (self.hashing_dim,), "string_hashed": (self.hashing_dim,),
                 **dict.fromkeys(("float", "float_rescaled", "float_normalized",
                                  "integer_categorical", "string_categorical"), ())}
        if value not in usual:
            raise ArgumentError(f"FeatureSpace.features[{name!r}]",
                                f"got {shown(value)}{near(str(value), usual)}")
        return getattr(self, value)(*usual[value], name=name)

    def _cross(self, value) -> Cross:
        value = _plain(value, Cross)
        cross = value if isinstance(value, Cross) else Cross(value, self.crossing_dim)
        for name in cross.feature_names:
            if name not in self.features:
                raise ArgumentError("FeatureSpace.crosses",
                                    f"got the column {name!r}{near(name, self.features)}")
        return cross

    # Adapting

    def _adaptable(self) -> list[str]:
        """The columns whose layers are to be adapted."""
        return [name for name, layer in self.preprocessors.items() if hasattr(layer, "adapt")
                and not _is_settled(layer)]

    def adapt(self, dataset) -> None:
        """Find the vocabularies, boundaries, means and variances.

        Args:
            dataset: a table of pandas, Polars or Arrow, or a dict of columns; or batches of such
                (or rows, as dicts).

        Raises:
            TypeError, ValueError: for a column of another kind, and for NaN and gaps.
        """
        columns = _columns(dataset, {name: self.features[name] for name in self._adaptable()})
        for name, parts in columns.items():
            layer = self.preprocessors[name]
            if len(parts) == 1 and isinstance(layer, layers.Discretization):
                parts = [parts[0][i:i + _TOGETHER] for i in range(0, len(parts[0]), _TOGETHER)]
            layer.adapt(iter(parts))
        self._adapted = True
        self._encoder = None

    # Encoding

    def get_inputs(self) -> dict:
        """A symbol for each column."""
        return self._made().input

    def get_encoded_features(self):
        """The symbol of the numbers, or with "dict" the symbols by name."""
        return self._made().output

    def _made(self):
        if not self._adapted:
            raise ArgumentError(f"{self.name} (FeatureSpace)", "got used before it was adapted, "
                                f"expected {self.name}.adapt(table) first, which finds what "
                                f"{', '.join(self._adaptable())} need.")
        if self._encoder is None:
            from . import Model

            inputs = {name: layers.Input((1,), dtype=feature.dtype, name=name)
                      for name, feature in self.features.items()}
            self._encoder = Model(inputs, self._encoded(inputs))
            self.built = True
        return self._encoder

    def _encoded(self, inputs: dict):
        found = {name: layer(inputs[name]) for name, layer in sorted(self.preprocessors.items())}
        crossed = {cross.name: self.crossers[cross.name](
            [found[part] for part in cross.feature_names]) for cross in self.crosses}
        specs = {**self.features, **{cross.name: cross for cross in self.crosses}}
        encoded = {name: self._in_mode(name, specs[name].output_mode, value)
                   for name, value in [*found.items(), *sorted(crossed.items())]}
        if self.output_mode == "dict":
            return encoded
        for name, value in encoded.items():
            if not value.dtype.startswith("float"):
                raise ArgumentError(f"FeatureSpace.features[{name!r}]", f"got {value.dtype} to put "
                                    "beside others, expected floats. Use output_mode='one_hot' for "
                                    "it, or output_mode='dict' for the whole.")
        parts = list(encoded.values())
        return parts[0] if len(parts) == 1 else layers.Concatenate(-1)(parts)

    def _in_mode(self, name: str, how: str, value):
        """What is made of the integers that a layer answers."""
        if how != "one_hot":
            return value
        layer = self.preprocessors.get(name) or self.crossers.get(name)
        count = _cardinality(layer)
        if not value.dtype.startswith("int") or count is None:
            raise ArgumentError(f"FeatureSpace.features[{name!r}].output_mode", f"got 'one_hot' "
                                f"for a {type(layer).__name__} that answers {value.dtype}, "
                                "expected a layer that answers integers whose number is known; "
                                "use 'float' or 'int'.")
        self.one_hot_encoders[name] = encoder = layers.CategoryEncoding(count, "multi_hot")
        return encoder(value)

    def __call__(self, data):
        """The numbers for a table of pandas, Polars or Arrow, or a dict of columns; for one row of
        plain values, those of that row.

        Raises:
            TypeError, ValueError: for a column of another kind, and for NaN and gaps.
        """
        model = self._made()
        data = _by_name(data, f"{self.name} (FeatureSpace)")
        if not hasattr(data, "keys"):
            raise ArgumentError(f"{self.name} (FeatureSpace)", f"got {type(data).__name__}, "
                                "expected a dict of columns, or a table.")
        columns = {name: _column(data[name], feature, f"{self.name}[{name!r}]")
                   for name, feature in self.features.items() if name in data}
        alone = all(column.ndim == 0 for column in columns.values())
        out = model({name: column.reshape(-1, 1) if column.ndim < 2 else column
                     for name, column in columns.items()})
        if not alone:
            return out
        return {name: part[0] for name, part in out.items()} if isinstance(out, dict) else out[0]

    # What is kept of it

    def get_config(self):
        """The columns and their layers; what `adapt` found goes by `get_state`."""
        return {"features": {name: encode(value) for name, value in self.features.items()},
                "output_mode": self.output_mode, "crosses": [encode(c) for c in self.crosses],
                "crossing_dim": self.crossing_dim, "hashing_dim": self.hashing_dim,
                "num_discretization_bins": self.num_discretization_bins, "name": self.name}

    def save(self, filepath) -> None:
        """Write it into a ``.brick`` file, with what `adapt` found; `load_model` reads it.

        Raises:
            ArgumentError: for another end of the name. Files of Keras hold models.
        """
        from ..saving import save_model

        name = os.fsdecode(filepath)
        if not name.endswith(".brick"):
            own = f"{name.rpartition('.')[0] or name}.brick"
            raise ArgumentError("FeatureSpace.save.filepath", f"got {name!r}, expected a name that "
                                f"ends in .brick: save({own!r}), and load_model({own!r}) reads it. "
                                "Files of Keras hold models: a model on get_inputs() goes into one "
                                "with its space.")
        save_model(self, filepath)

    def get_state(self) -> dict[str, np.ndarray]:
        """What `adapt` found, as arrays of numbers, by the number of the column."""
        state = {}
        for number, name in enumerate(self._adaptable()):
            layer = self.preprocessors[name]
            own = layer.get_state() if hasattr(layer, "get_state") else dict(
                zip(map(str, range(len(layer.weights))), layer.get_weights(), strict=True))
            state |= {f"{number}/{key}": array for key, array in own.items()}
        return state

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """The inverse of `get_state`."""
        for number, name in enumerate(self._adaptable()):
            layer, start = self.preprocessors[name], f"{number}/"
            own = {key[len(start):]: array for key, array in state.items()
                   if key.startswith(start)}
            if hasattr(layer, "set_state"):
                layer.set_state(own)
            else:
                layer.build_for((None, 1))
                layer.set_weights([own[str(i)] for i in range(len(own))])
        self._adapted, self._encoder = True, None


def _named(name: str | None, kind: str) -> str:
    return f"{name or unique_name(kind)}_preprocessor"


def _is_settled(layer) -> bool:
    """Whether a layer was given what it would find."""
    if isinstance(layer, layers.Normalization):
        return layer.input_mean is not None
    if isinstance(layer, layers.Discretization):
        return layer.num_bins is None
    return getattr(layer, "vocabulary", None) is not None


def _cardinality(layer) -> int | None:
    """How many integers a layer may answer."""
    if hasattr(layer, "vocabulary_size"):
        return layer.vocabulary_size()
    if isinstance(layer, layers.Discretization):
        return layer.num_bins or len(layer.bin_boundaries) + 1
    return getattr(layer, "num_tokens", None) or getattr(layer, "num_bins", None)


def _column(value, feature: Feature, what: str) -> np.ndarray:
    """The values of one column, strings as bytes."""
    if feature.dtype == "string":
        return as_texts(value, what)
    if is_text(value):
        raise ArgumentError(what, f"got text, expected numbers, for a feature of "
                            f"{feature.dtype}. Make it 'string_categorical' or 'string_hashed'.")
    if is_own(type(feature.preprocessor)):  # which may know what to do about gaps
        return as_numbers(value, what)[0]
    return to_adapt_to(value, what)


def _columns(dataset, features: dict[str, Feature]) -> dict[str, list[np.ndarray]]:
    """For each of these columns its parts, each ``(rows, 1)``."""
    names = list(features)
    parts: dict[str, list] = {name: [] for name in names}
    for batch in _batches(dataset):
        for name in names:
            if name not in batch:
                raise ArgumentError("FeatureSpace.adapt", f"got no column {name!r}, expected one "
                                    f"for each of {', '.join(names)}.")
            parts[name].append(_column(batch[name], features[name],
                                       f"FeatureSpace.adapt[{name!r}]"))
    for name, found in parts.items():
        if found and all(part.ndim == 0 for part in found):  # single rows
            found[:] = [np.stack(found[i:i + _TOGETHER]) for i in range(0, len(found), _TOGETHER)]
        parts[name] = [part[:, None] if part.ndim == 1 else part for part in found]
        if not found:
            raise ArgumentError("FeatureSpace.adapt", "got no rows, expected at least one.")
    return parts


def _by_name(data, what: str):
    """The columns of a table by their names; other things as they are."""
    columns = by_column(data, what)
    return data if columns is None else columns


def _batches(dataset) -> Iterator:
    dataset = _by_name(dataset, "FeatureSpace.adapt")
    if hasattr(dataset, "keys"):
        yield dataset
        return
    if not hasattr(dataset, "__iter__") or isinstance(dataset, str):
        raise ArgumentError("FeatureSpace.adapt", f"got {type(dataset).__name__}, expected a dict "
                            "of columns, a table, or batches of such.")
    for batch in dataset:
        batch = _by_name(batch, "FeatureSpace.adapt")
        if not hasattr(batch, "keys"):
            raise ArgumentError("FeatureSpace.adapt", f"got a batch that is a "
                                f"{type(batch).__name__}, expected a dict of columns without "
                                "targets.")
        yield batch
