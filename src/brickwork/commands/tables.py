"""``brickwork predict`` and ``evaluate``: run a model on a table."""

from __future__ import annotations

import os
from itertools import islice
from math import prod

import numpy as np

from ..data.notices import CellError, listed
from ..errors import ArgumentError
from .failures import check_writable, note
from .models import CONFIG, FILES, load_saved_model
from .predictions import EXTENSIONS, Coverage, Results, write_results
from .table_files import (
    Portion,
    Table,
    TableError,
    find_columns,
    names_listed,
    open_table,
    table_format,
)
from .training import read_columns


def predict_command(given) -> int:
    """Predict for each row of a table and return the exit status."""
    if given.output != "-":
        check_writable(given.output, "-o", EXTENSIONS)
        if (
            os.path.exists(given.output)
            and os.path.exists(given.table)
            and os.path.samefile(given.output, given.table)
        ):
            raise ArgumentError(
                "-o",
                f"got {given.output!r}, the table itself, which predictions "
                "would replace; expected another name.",
            )
    predictor = None if given.coverage is None else _load_predictor(given)
    model = _load_model(given) if predictor is None else predictor.model
    coverage = Coverage(predictor, given.coverage)
    with open_table(given.table, table_format(given)) as table:
        kept = find_columns(table, names_listed(given.keep))
        inputs = Inputs(model, table, names_listed(given.columns), reserved=kept)
        results = Results(model, [table.names[i] for i in kept], coverage.names)

        def columns(portion: Portion) -> list:
            outputs = inputs.predict(portion)
            own = [portion.columns[i] for i in kept]
            return [*own, *results.columns(outputs), *coverage.columns(outputs)]

        write_results(given.output, results.names, map(columns, table.portions))
    return 0


def evaluate_command(given) -> int:
    """Print the loss and metrics of a model on a table and return the exit status."""
    if _holds_predictor(given.model):
        return _score(given)
    model = _load_model(given, compile=True)
    if given.target is None:
        raise ArgumentError("--target", "got none, expected the name of the target's column.")
    if not model.compiled:
        raise ArgumentError(
            "model",
            f"{given.model} was saved without a loss, expected one that "
            "was compiled: model.compile(...) before model.save(...).",
        )
    with open_table(given.table, table_format(given)) as table:
        targets = Targets(model, table, names_listed(given.target))
        inputs = Inputs(model, table, names_listed(given.columns), reserved=targets.indices)
        parts = [(inputs.arrays(portion), targets.arrays(portion)) for portion in table.portions]
    xs, ys = (
        [np.concatenate(arrays) for arrays in zip(*side, strict=True)]
        for side in zip(*parts, strict=True)
    )
    found = model.evaluate(
        inputs.as_model_input(xs), ys[0] if len(ys) == 1 else ys, verbose=0, return_dict=True
    )
    print(f"{len(xs[0]):,} rows of {table.name}, target {given.target}")
    for name, value in found.items():
        value = np.asarray(value)
        print(f"{name}: {value.item() if value.ndim == 0 else value.tolist()}")
    return 0


def _score(given) -> int:
    """Print the scores of a predictor, with their intervals, as its report has them."""
    from ..tabular import Predictor
    from ..tabular.scores import scores

    predictor = Predictor.load(given.model)
    task = predictor.task
    for option, value in (("--columns", given.columns), ("--custom", given.custom)):
        if value:
            raise ArgumentError(
                option, "a model of brickwork train finds its columns by their names; leave it out."
            )
    if given.target and names_listed(given.target) != list(task.targets):
        raise ArgumentError(
            "--target", f"got {given.target!r}, expected {','.join(task.targets)!r} or nothing."
        )
    known = predictor.model.layers[0].columns
    columns = read_columns(given, [one.name for one in known if one.kind != "number"])
    try:
        y, outputs = predictor.with_target(columns, "evaluate")[1], predictor.outputs(columns)
    except CellError as error:
        place = f"{os.path.basename(given.table)}, row {error.row} (the first is 0)"
        raise TableError(f"{place}, {error.column}: {error.problem}") from error
    print(f"{len(y):,} rows of {os.path.basename(given.table)}, target {','.join(task.targets)}")
    for score in scores(task, y, outputs):
        print(f"{score.name}: {score.value:.4g} ({score.low:.3g} to {score.high:.3g})")
    note("in brackets, 95 % of samples of such rows. Rows that were trained on flatter the model.")
    return 0


def _holds_predictor(path: str) -> bool:
    from ..saving import brick

    return path.endswith(".brick") and "predictor" in brick.read_attached(path)


def _load_predictor(given):
    from ..tabular import Predictor

    if not _holds_predictor(given.model):
        raise ArgumentError(
            "--coverage",
            f"{given.model} holds a model, but not how sure it is; expected one of "
            "brickwork train.",
        )
    found = Predictor.load(given.model)
    if found.trials is None:
        raise ArgumentError("--coverage", f"{given.model} does not hold how sure its model is.")
    return found


def _load_model(given, compile: bool = False):
    if given.model.endswith(CONFIG):
        raise ArgumentError(
            "model",
            f"got {given.model!r}, which holds no weights, expected a "
            f"file that does: {', '.join(FILES)}.",
        )
    return load_saved_model(given.model, given.custom, compile)


class Inputs:
    """The inputs of a model, read from a table.

    Args:
        model: a built model.
        table: its columns are matched by the names that the model knows, or else by order.
        columns: the columns to use, in the model's order; empty: find them.
        reserved: indices of columns that serve another purpose.

    Raises:
        TableError: if the columns do not fit.
    """

    def __init__(self, model, table: Table, columns: list[str], reserved: list[int]):
        expectation = model._expectation()
        self._model, self._table, self._accepts_nan = model, table, expectation.handles_nan
        host_part = expectation.host_part
        self.ports = expectation.inputs if host_part is None else host_part.ports
        self._by_column = host_part is not None and host_part.takes_columns
        widths = [1 if self._by_column else _width(port, table) for port in self.ports]
        indices = iter(_column_indices(model, table, self.ports, widths, columns, reserved))
        self._indices = [list(islice(indices, width)) for width in widths]
        self._texts = {port.name for port in self.ports if port.dtype == "string"}

    def arrays(self, portion: Portion) -> list[np.ndarray]:
        """Return an array for each input."""
        return [
            self._array(portion, port, indices)
            for port, indices in zip(self.ports, self._indices, strict=True)
        ]

    def _array(self, portion: Portion, port, indices: list[int]) -> np.ndarray:
        if port.dtype == "column":
            return self._table.column(portion, indices[0])
        array = np.column_stack(self._columns(portion, port, indices))
        return array if port.shape is None else array.reshape(len(array), *port.shape)

    def _columns(self, portion: Portion, port, indices: list[int]) -> list[np.ndarray]:
        table, either = self._table, port.dtype == "any"
        if port.name not in self._texts:
            try:
                columns = [
                    table.numbers(
                        portion, i, self._accepts_nan or either, "float64" if either else port.dtype
                    )
                    for i in indices
                ]
            except TableError:
                if not either:
                    raise
                self._texts.add(port.name)  # this column has strings
            else:
                return [
                    _whole_numbers(column, portion, table, i) if "int" in port.dtype else column
                    for column, i in zip(columns, indices, strict=True)
                ]
        return [np.array(table.texts(portion, i), object) for i in indices]

    def as_model_input(self, arrays: list[np.ndarray]):
        """Return the arrays in the structure that the model takes."""
        if len(arrays) == 1 and not self._by_column:
            return arrays[0]
        if (
            self._by_column
            or isinstance(self._model._built_shape, dict)
            or hasattr(self._model, "_graph")
        ):
            return {port.name: array for port, array in zip(self.ports, arrays, strict=True)}
        return arrays

    def predict(self, portion: Portion):
        """Return the model's predictions for some rows."""
        x = self.as_model_input(self.arrays(portion))
        try:
            return self._model.predict(x, verbose=0)
        except CellError as error:
            place = f"{self._table.name}, {portion.place(error.row)}"
            column = error.column.removeprefix(f"{self._model.layers[0].name}: ")
            raise TableError(f"{place}, {column}: {error.problem}") from error
        except ValueError as error:
            raise TableError(
                f"{self._table.name}, in the rows from {portion.place(0)} on (row 0): {error}"
            ) from error


def _width(port, table: Table) -> int:
    if port.shape is None:
        return len(table.names)
    if None in port.shape:
        raise TableError(
            f"the model's input {port.name!r} takes rows of any length, which no "
            "table has; use model.predict in Python."
        )
    return prod(port.shape)


def _whole_numbers(column: np.ndarray, portion: Portion, table: Table, index: int) -> np.ndarray:
    wrong = column % 1 != 0
    if wrong.any():
        row = int(wrong.argmax())
        raise TableError(
            f"{table.where(portion, row, index)}: got {column[row]}, expected a whole number."
        )
    return column.astype(np.int64)


def _column_indices(
    model, table: Table, ports, widths: list[int], columns: list[str], reserved: list[int]
) -> list[int]:
    """Return the column indices for all inputs, concatenated."""
    count = sum(widths)
    if columns:
        if len(columns) != count:
            raise ArgumentError(
                "--columns", f"got {len(columns)}, expected {count}, as many as the model takes."
            )
        trained = _training_columns(model, ports)
        if columns != trained and sorted(columns) == sorted(trained):
            raise ArgumentError(
                "--columns",
                "got the columns of the training in another order, "
                f"expected {','.join(trained)}. Leave --columns out, and they are "
                "found by their names.",
            )
        return find_columns(table, columns)
    known = _expected_columns(model, table, ports, widths)
    if known:
        if not table.format.header and not set(known) & set(table.names):
            raise TableError(
                f"{table.name} has no names of columns, the model wants "
                f"{listed(known, 12)}. Say where they are, in this order: --columns "
                f"{','.join(map(str, range(count)))}"
            )
        indices = find_columns(table, known)
        rest = [name for i, name in enumerate(table.names) if i not in {*indices, *reserved}]
        if rest:
            note(f"columns of {table.name} that the model does not use: {listed(rest)}.")
        return indices
    left = [i for i in range(len(table.names)) if i not in reserved]
    names = ", ".join(table.names[i] for i in left[:12])
    if len(left) != count:
        raise TableError(
            f"{table.name} has {len(left)} columns to take ({names}), the model takes "
            f"{count} and knows no names for them. Say which: --columns A,B,..."
        )
    note(
        f"the model knows no names of columns; it is given those of {table.name} in their order: "
        f"{names}."
    )
    return left


def _training_columns(model, ports) -> list[str]:
    """Return the column names that the model was trained on, over all inputs."""
    return [str(name) for port in ports for name in model._columns.get(port.name) or ()]


def _expected_columns(model, table: Table, ports, widths: list[int]) -> list[str]:
    """Return the column names that the model expects, if known: those that it was trained on,
    or its inputs' names if the table has them."""
    names, certain = [], True
    for port, width in zip(ports, widths, strict=True):
        trained = model._columns.get(port.name) or ()
        if len(trained) == width:
            names += map(str, trained)
        else:
            certain = False
            names += [port.name] if width == 1 else [f"{port.name}_{i}" for i in range(width)]
    return names if certain or not set(names).isdisjoint(table.names) else []


class Targets:
    """The targets of a model's outputs, read from a table.

    Args:
        model: a compiled model.
        table: the table with the target columns.
        target_columns: their names; for several outputs ``output=column``, or columns that are
            named like the outputs.
    """

    def __init__(self, model, table: Table, target_columns: list[str]):
        self._table, expectation = table, model._expectation()
        outputs = expectation.outputs
        columns = {port.name: [] for port in outputs}
        for name in target_columns:
            output, _, column = (
                name.partition("=") if len(outputs) > 1 else (outputs[0].name, "", name)
            )
            if output not in columns:
                raise ArgumentError(
                    "--target",
                    f"got {name!r}, expected OUTPUT=COLUMN for each of "
                    f"the outputs {', '.join(columns)}.",
                )
            columns[output].append(column or output)
        missing = [output for output, names in columns.items() if not names]
        if missing:
            raise ArgumentError(
                "--target",
                f"got none for {', '.join(missing)}, expected one for each output of the model.",
            )
        indices = [find_columns(table, names) for names in columns.values()]
        self.indices = [index for each in indices for index in each]
        self._outputs = [
            (own, prod(port.shape or ()), getattr(expectation.loss(i), "labels", None))
            for i, (own, port) in enumerate(zip(indices, outputs, strict=True))
        ]
        self._classes = [str(name) for name in model.class_names or ()]

    def arrays(self, portion: Portion) -> list[np.ndarray]:
        """Return an array for each output."""
        return [self._array(portion, *output) for output in self._outputs]

    def _array(self, portion: Portion, indices: list[int], width: int, labels) -> np.ndarray:
        columns = [self._numbers(portion, place) for place in indices]
        if len(columns) == 1 and width > 1 and labels in ("distribution", "one_hot", "probability"):
            numbers = _whole_numbers(columns[0], portion, self._table, indices[0])
            if numbers.min() < 0 or numbers.max() >= width:
                name = self._table.names[indices[0]]
                raise TableError(
                    f"{self._table.name}, column {name!r}: got classes "
                    f"{numbers.min()} to {numbers.max()}, expected 0 to "
                    f"{width - 1}, as many as the model has outputs."
                )
            return np.eye(width, dtype=np.float32)[numbers]
        return columns[0] if len(columns) == 1 else np.column_stack(columns)

    def _numbers(self, portion: Portion, place: int) -> np.ndarray:
        """Return numbers, or the indices of class names."""
        texts = [text.strip() for text in self._table.texts(portion, place)]
        numbers = {name: i for i, name in enumerate(self._classes)}
        if texts and all(text in numbers for text in texts):
            return np.array([numbers[text] for text in texts])
        try:
            values = self._table.numbers(portion, place, allow_missing=False)
        except TableError as error:
            if not numbers:
                raise TableError(
                    f"{error} For text labels the model needs class names: "
                    "model.class_names = [...] before model.save(...)."
                ) from None
            row = next(i for i, text in enumerate(texts) if text not in numbers)
            raise TableError(
                f"{self._table.where(portion, row, place)}: got {texts[row]!r}, "
                f"expected one of the model's classes, {listed(self._classes, 8)}."
            ) from None
        return values.astype(np.int64) if (values % 1 == 0).all() else values
