"""Splits and weights of rows: validation_split and class_weight, by Keras's rules."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from numbers import Real

import numpy as np

from ..processes import share
from . import scans
from .facts import Arrays, Call, Expectation, Port
from .notices import listed, nearest, sentence, warn_once
from .rows import Rows
from .stream import Batches


def split_tail(
    data: Arrays | Batches, share: float, expects: Expectation, call: Call
) -> tuple[Arrays, Arrays]:
    """Split off the last rows, before any shuffling: ``floor(rows * (1 - share))`` stay.

    Raises:
        ValueError: for a stream, and if one part would be empty.
    """
    what = f"{call.method}.validation_split"
    if isinstance(data, Batches):
        raise ValueError(
            sentence(
                what,
                f"{share:g} for a stream of batches",
                "arrays",
                "Pass validation_data instead.",
            )
        )
    kept = floor(data.rows * (1.0 - share))
    if kept in (0, data.rows):
        raise ValueError(
            sentence(what, f"{share:g} of {data.rows} rows", "at least one row on either side")
        )
    train, tail = data.slice(0, kept), data.slice(kept, data.rows)
    if tail.rows >= 2 * share * data.rows:
        warn_once(
            "split",
            sentence(
                what,
                f"{share:g} of {data.rows} rows",
                f"some rows to judge by (there is {tail.rows})",
            ),
        )
    if not data.deferred:
        for i in range(len(expects.outputs)):
            if data.y[i] is not None and expects.loss(i) is not None:
                _warn_about_tail(
                    train.y[i], tail.y[i], what, getattr(expects.loss(i), "labels", None)
                )
    return train, tail


def split_off(
    data: Arrays | Batches, share: float, how, expects: Expectation, call: Call
) -> tuple[Arrays, Arrays]:
    """Split the rows into those for training and those for validation.

    The choice depends only on the data's size, classes or groups, so that every fit on the same
    data selects the same rows. Both parts keep the data's order, and are copies unless ``how`` is
    "tail".

    Args:
        data: the data of the call.
        share: the fraction of rows for validation, a float from 0 to 1.
        how: "tail" (the last rows), "shuffle" (random rows), "stratify" (each class in proportion),
            or an array of shape ``(rows,)`` with a group for each row: groups stay together.
        expects: the facts about the model.
        call: the current call, for messages.

    Returns:
        The training data and the validation data.

    Raises:
        ValueError: for a stream, and if the rows cannot be split.
    """
    if (isinstance(how, str) and how == "tail") or isinstance(data, Batches):
        return split_tail(data, share, expects, call)
    what = f"{call.method}.split"
    if data.in_blocks:
        raise ValueError(
            sentence(
                what,
                f"{how!r} for a table in a file" if isinstance(how, str) else "groups for a file",
                "'tail', the last rows",
                "Or write the rows for validation to a file of their own.",
            )
        )
    wanted = data.rows - floor(data.rows * (1.0 - share))
    rng = np.random.Generator(np.random.Philox(0))  # NumPy's global generator stays as it is
    if not isinstance(how, str):
        aside = _whole_groups(how, wanted, data.rows, rng, what)
    elif how == "stratify":
        aside = _of_each_class(_classes(data, expects, what), wanted, rng)
    else:
        aside = rng.permutation(data.rows)[:wanted]
    kept = np.ones(data.rows, bool)
    kept[aside] = False
    if kept.all() or not kept.any():
        raise ValueError(
            sentence(what, f"{share:g} of {data.rows} rows", "at least one row on either side")
        )
    return data.take(np.flatnonzero(kept)), data.take(np.flatnonzero(~kept))


def _classes(data: Arrays, expects: Expectation, what: str) -> np.ndarray:
    """Return the class of each row, for stratification."""
    y = data.y[0]
    if len(data.y) != 1 or y is None or isinstance(y, Rows) or not scans.is_integer_valued(y):
        raise ValueError(
            sentence(
                what, "'stratify'", "one output with classes as targets", "Use split='shuffle'."
            )
        )
    several = y.ndim > 2 or (y.ndim == 2 and y.shape[1] > 1 and (y.sum(1) != 1).any())
    if several:  # multi-label: each combination is a class
        return np.unique(y.reshape(len(y), -1), axis=0, return_inverse=True)[1].reshape(-1)
    return class_indices(y)


def _of_each_class(classes: np.ndarray, wanted: int, rng) -> np.ndarray:
    """Select `wanted` rows, each class in proportion. Counts are rounded down, then the largest
    remainders up, preferring classes that keep a row to train on."""
    _, place, counts = np.unique(classes, return_inverse=True, return_counts=True)
    exact = counts * (wanted / len(classes))
    take = np.floor(exact).astype(np.int64)
    most_left = np.lexsort((take - exact, counts - take < 2))
    take[most_left[: wanted - take.sum()]] += 1
    order = rng.permutation(len(classes))
    return np.concatenate([order[place.reshape(-1)[order] == c][:n] for c, n in enumerate(take)])


def _whole_groups(groups: np.ndarray, wanted: int, rows: int, rng, what: str) -> np.ndarray:
    """Select whole groups in random order, until they have about `wanted` rows."""
    if len(groups) != rows:
        raise ValueError(sentence(what, f"groups of {len(groups)} rows", f"one for each of {rows}"))
    found, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(found) < 2:
        raise ValueError(sentence(what, "one group", "at least two"))
    taken, total = [], 0
    for group in rng.permutation(len(found)):
        if not taken or abs(total + counts[group] - wanted) <= abs(total - wanted):
            taken.append(group)
            total += counts[group]
    return np.flatnonzero(np.isin(place.reshape(-1), taken[: len(found) - 1]))


def _warn_about_tail(train: np.ndarray, tail: np.ndarray, what: str, labels) -> None:
    """Warn if the last rows differ from the first: in their classes, or because y is sorted."""
    do = "Use split='stratify', or 'shuffle'."
    classes = ("classes", "probability", "signs", "distribution", "shares", "one_hot")
    if labels in classes and scans.is_integer_valued(train) and scans.is_integer_valued(tail):
        if labels in ("probability", "signs") and train.ndim > 1 and train.shape[-1] > 1:
            return
        before, after = (_present(class_indices(y)) for y in (train, tail))
        if after - before:
            warn_once(
                "tail",
                sentence(
                    what,
                    f"classes {listed(sorted(after - before))} in the last rows alone",
                    "rows of each to train on",
                    do,
                ),
            )
        elif before - after:
            warn_once(
                "tail",
                sentence(
                    what,
                    f"last rows without the classes {listed(sorted(before - after))}",
                    "rows of each",
                    do,
                ),
            )
    elif labels in ("values", "amounts", "divisors") and train.size == len(train) > 2:
        steps = np.diff(np.concatenate([train.ravel(), tail.ravel()]))
        if (steps >= 0).all() or (steps <= 0).all():
            warn_once(
                "tail",
                sentence(
                    what,
                    "rows sorted by y, of which the last are set aside",
                    "rows in no order",
                    "Use split='shuffle'.",
                ),
            )


def _present(classes: np.ndarray) -> set[int]:
    found, place = distinct(classes.reshape(-1))
    return set(found[np.bincount(place, minlength=len(found)) > 0].tolist())


def class_indices(y: np.ndarray) -> np.ndarray:
    """Return the class of each row: the rounded value of one column, the argmax of several."""
    if isinstance(y, Rows):
        return np.concatenate([class_indices(block) for _, block in scans.blocks(y)])
    if y.ndim > 1:
        y = y.reshape(y.shape[:-1]) if y.shape[-1] == 1 else np.argmax(y, axis=-1)
    return y.astype(np.int64) if y.dtype.kind != "f" else np.round(y).astype(np.int64)


def distinct(classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted class indices, and for each row its position among them.

    If their range is small, all indices in it are returned, which avoids sorting.
    """
    if classes.size and int(classes.max()) - (low := int(classes.min())) < 4096:
        return np.arange(low, int(classes.max()) + 1), classes - low
    found, place = np.unique(classes, return_inverse=True)
    return found, place.reshape(-1)


_PORT = Port("output", None)


class ClassWeights:
    """Converts class weights to sample weights.

    Args:
        given: ``{class index: weight}``, "balanced", or for several outputs a dict of these by
            the output's name. Missing classes have weight 1.
        expects: the facts about the model.
        call: the current call, for messages.
    """

    def __init__(self, given, expects: Expectation, call: Call):
        self.what = f"{call.method}.class_weight"
        where = share()
        if isinstance(given, str) and given == "balanced" and where is not None and where.own:
            raise ValueError(
                sentence(
                    self.what,
                    "'balanced' where each process has rows of its own",
                    "weights by class",
                    "Count the classes in all of them: {0: 1.0, 1: 4.0}.",
                )
            )
        self.expects = expects
        names = [p.name for p in expects.outputs]
        by_name = isinstance(given, Mapping) and given and all(isinstance(k, str) for k in given)
        if by_name and any(k in names for k in given):
            unknown = [k for k in given if k not in names]
            if unknown:
                raise ValueError(
                    sentence(
                        self.what,
                        f"the key {unknown[0]!r}",
                        f"names of outputs: {listed(names)}",
                        nearest(unknown[0], names),
                    )
                )
            self.tables = [self._table(given.get(p.name), p) for p in expects.outputs]
        elif len(names) > 1:
            raise ValueError(
                sentence(
                    self.what,
                    "one table for a model of several outputs",
                    f"a dict of tables by output: {listed(names)}",
                )
            )
        else:
            self.tables = [self._table(given, *expects.outputs[:1])]

    def _table(self, given, port: Port = _PORT):
        if given is None or (isinstance(given, str) and given == "balanced"):
            return given
        if not isinstance(given, Mapping):
            do = (
                "Use dict(enumerate(weights))."
                if hasattr(given, "__len__") and (not isinstance(given, str))
                else ""
            )
            raise TypeError(
                sentence(
                    self.what,
                    f"a {type(given).__name__}",
                    "a dict {class index: weight} or 'balanced'",
                    do,
                )
            )
        table = {}
        for key, weight in given.items():
            if isinstance(key, str) or not isinstance(key, Real) or key != int(key):
                raise TypeError(
                    sentence(
                        self.what,
                        f"the key {key!r}",
                        "class indices as integers",
                        "Use {0: ..., 1: ...}.",
                    )
                )
            if (
                isinstance(weight, bool)
                or not isinstance(weight, Real)
                or (not abs(weight) <= float(np.finfo(port.dtype).max))
            ):
                raise ValueError(
                    sentence(
                        self.what, f"{weight!r} for class {key}", f"a finite number of {port.dtype}"
                    )
                )
            table[int(key)] = float(weight)
        if any(w < 0 for w in table.values()):
            warn_once("class_weight", sentence(self.what, "a weight below 0", "none"))
        return table

    def __call__(self, arrays: Arrays, call: Call) -> None:
        """Set the sample weights in the arrays."""
        for i, table in enumerate(self.tables):
            if table is None:
                continue
            if arrays.weight[i] is not None:
                raise ValueError(
                    sentence(
                        self.what,
                        "class weights beside sample_weight",
                        "one of the two",
                        "Multiply them yourself: sample_weight * weights_of_the_classes[y].",
                    )
                )
            if arrays.y[i] is not None:
                arrays.weight[i] = self._rows(arrays.y[i], table, i, call)

    def _rows(self, y: np.ndarray, table, index: int, call: Call) -> np.ndarray:
        loss = self.expects.loss(index)
        labels = getattr(loss, "labels", None)
        if labels in ("values", "amounts", "divisors") and not scans.is_integer_valued(y):
            raise ValueError(
                sentence(
                    self.what,
                    f"weights of classes for {loss.name}, whose targets are quantities",
                    "class indices as y",
                    "Use sample_weight.",
                )
            )
        if y.ndim > 1 and (y.ndim > 2 or (labels == "classes" and y.shape[-1] != 1)):
            raise ValueError(
                sentence(
                    self.what,
                    f"y of shape {y.shape}",
                    "one class for each row",
                    "Use sample_weight.",
                )
            )
        if labels == "probability" and y.ndim > 1 and y.shape[-1] > 1:
            warn_once(
                "class_weight",
                sentence(
                    self.what,
                    "several labels of a row",
                    "one; the weight is that of the first that is greatest",
                ),
            )
        found, place = distinct(class_indices(y))
        if table == "balanced":
            counts = np.bincount(place, minlength=len(found))
            weights = len(y) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        else:
            present = found[np.bincount(place, minlength=len(found)) > 0]
            self._warn_of_mismatched_classes(present, table, call)
            weights = np.array([table.get(int(c), 1.0) for c in found])
        return weights[place]

    def _warn_of_mismatched_classes(self, found: np.ndarray, table: dict, call: Call) -> None:
        """Warn once about classes without a weight, and weights without rows."""
        if call.place:  # one batch need not have all classes
            return
        lacking = [int(c) for c in found if int(c) not in table]
        unknown = sorted(set(table) - set(found.tolist()))
        if lacking:
            warn_once(
                "class_weight",
                sentence(
                    self.what,
                    f"no weight for the classes {listed(lacking)}",
                    "one each; they weigh 1",
                ),
            )
        if unknown:
            warn_once(
                "class_weight",
                sentence(
                    self.what,
                    f"weights for {listed(unknown)}",
                    f"classes that y has, {listed(found.tolist())}",
                ),
            )
