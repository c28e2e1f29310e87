"""One function for each way in which data cannot mean what it says.

Each takes plain facts (`facts.py`), never a model, and raises ValueError or TypeError with what
came, what was expected and what to do; or warns once where Keras has a use for it. None changes
anything. Keras trains in silence on most of these.
"""

from __future__ import annotations

import numpy as np

from . import values
from .facts import Arrays, Call, Expectation, Port
from .notices import listed, sentence, warn_once


def check(arrays: Arrays, expects: Expectation, call: Call, nan: str = "raise") -> None:
    """Every check of the data of one call, in the order of what explains the most."""
    for i, (array, port) in enumerate(zip(arrays.x, expects.inputs, strict=False)):
        what = call.name("x", i, expects.inputs)
        check_input_shape(array, port, what)
        if not arrays.deferred:
            check_input_values(array, port, what, arrays.columns[i] if arrays.columns else None,
                               expects.handles_nan or nan == "propagate")
    if call.method in ("predict", "predict_on_batch"):
        return
    check_rows(arrays, expects, call)
    for i, port in enumerate(expects.outputs):
        loss, y, weight = expects.loss(i), arrays.y[i], arrays.weight[i]
        what = call.name("y", i, expects.outputs)
        check_target_given(y, loss, what)
        if y is not None and loss is not None:
            if hasattr(loss, "decide") and port.shape is not None:  # by the shapes
                loss.decide(y.shape, (None, *port.shape))
                check_loss(port, loss, "compile.loss" + what.removeprefix(f"{call.method}.y"))
            check_target_shape(y, port, loss, what)
            if not arrays.deferred:
                check_target_values(y, port, loss, what, weight, expects.masked)
        if weight is not None:
            what = call.name("sample_weight", i, expects.outputs)
            check_weight_shape(weight, port, loss, what)
            if not arrays.deferred:
                check_weight_values(weight, port.dtype, what)


def check_batch(batch: Arrays, expects: Expectation, call: Call, nan: str = "raise") -> None:
    """The same for one batch of a stream, or of arrays whose check was deferred."""
    deferred, batch.deferred = batch.deferred, False
    try:
        check(batch, expects, call, nan)
    finally:
        batch.deferred = deferred


# x: B6 (NaN, inf), B8 (integers that do not survive), B9 (overflow), shapes


def check_rows(arrays: Arrays, expects: Expectation, call: Call) -> None:
    """There is at least one row to learn from or to be judged by."""
    if arrays.rows == 0:
        raise ValueError(sentence(call.name("x", 0, expects.inputs), "no rows",
                                  "at least one", "Was a filter too strict?"))


def check_input_shape(array: np.ndarray, port: Port, what: str) -> None:
    """Rows of the shape that the model takes."""
    if port.shape is None:
        if array.ndim > 1 and 0 in array.shape[1:]:
            raise ValueError(sentence(what, f"shape {array.shape}", "at least one column"))
        return
    got = array.shape[1:]
    if len(got) == len(port.shape) and all(
            want in (None, have) for want, have in zip(port.shape, got, strict=True)):
        return
    wanted = str(("rows", *port.shape)).replace("'", "").replace("None", "any")
    do = ""
    if array.shape == tuple(port.shape):
        do = "Is it one row? Then use x[None]."
    elif array.ndim == 2 and port.shape == (array.shape[0],):
        do = "Are its rows its columns? Then use x.T."
    elif len(got) > 1 and len(port.shape) == 1:
        size = int(np.prod(got))
        do = ("Flatten the rows: x.reshape(len(x), -1), or start the model with Flatten()."
              if port.shape[0] == size else "")
    elif len(got) == len(port.shape) == 1 and got[0] == (port.shape[0] or 0) + 1:
        do = "Is one column the target, or an index?"
    raise ValueError(sentence(what, f"shape {array.shape}", f"{wanted} for the input "
                              f"{port.name!r}", do))


def check_input_values(array: np.ndarray, port: Port, what: str, columns: tuple | None,
                       nan_may_be: bool) -> None:
    """Finite numbers that stay what they are in the model's kind of number."""
    if array.size == 0:
        return
    if port.dtype.startswith("int"):
        check_ids(array, port, what)
    elif array.dtype.kind in "iu":
        check_integers(array, port, what)
    elif not nan_may_be and not values.usable(array, port.dtype):
        refuse_unusable(array, port.dtype, what, columns)


def refuse_unusable(array: np.ndarray, dtype: str, what: str, columns: tuple | None) -> None:
    """Say where the first number is that is NaN, infinite or too large."""
    count, at = values.first_wrong(array, dtype)
    value = array[at[0]:at[0] + 1][(0, *at[1:])]
    kind = ("NaN" if np.isnan(value) else "inf" if np.isinf(value)
            else f"{value:.3g} (too large for {dtype})")
    where = f"row {at[0]}"
    if columns is not None and len(at) == 2:
        where += f", column {columns[at[1]]!r}"
    elif len(at) > 1:
        where += f", column {', '.join(map(str, at[1:]))}"
    rows = "1 row" if count == 1 else f"{count} rows"
    do = ("Rescale that column, or build the model with dtype='float64'."
          if kind.endswith(")") else "Drop or fill those rows.")
    raise ValueError(sentence(what, f"{kind} at {where} ({rows} of {len(array)} have such)",
                              "finite numbers", do))


def check_integers(array: np.ndarray, port: Port, what: str) -> None:
    """Integers that a float cannot tell apart (from 2^24 on in float32) are worth a word."""
    exact = 1 << (24 if port.dtype == "float32" else 53)
    if array.dtype.itemsize <= 2:
        return
    low, high = values.extremes(array)
    if max(-low, high) > exact:
        warn_once("precision", sentence(
            what, f"integers up to {max(-low, high)}", f"at most {exact}, beyond which "
            f"{port.dtype} rounds them", "If they are names, not amounts, use an Embedding; "
            "else rescale them."))


def check_ids(array: np.ndarray, port: Port, what: str) -> None:
    """What goes into an integer input is integral and fits."""
    if not values.whole(array):
        at = values.first_fraction(array)
        raise ValueError(sentence(what, f"{array.dtype} with fractions or NaN, first at row {at}",
                                  f"integers for the input {port.name!r}", "Use ids 0, 1, 2 ..."))
    if port.ids is not None:
        low, high = values.extremes(array)
        if low < 0 or high >= port.ids:
            at = values.where_first((array < 0) | (array >= port.ids))
            do = f"Give it input_dim={int(high) + 1}, or number" if low >= 0 else "Number"
            raise ValueError(sentence(
                what, f"ids from {low:.0f} to {high:.0f}, the first outside at row {at}",
                f"0 to {port.ids - 1} for the Embedding that they go to",
                f"{do} the things anew from 0."))
        return
    if array.dtype.kind == "f" or array.dtype.itemsize > np.dtype(port.dtype).itemsize or (
            array.dtype.kind == "u" and array.dtype.itemsize == np.dtype(port.dtype).itemsize):
        low, high = values.extremes(array)
        bound = np.iinfo(port.dtype)
        if low < bound.min or high > bound.max:
            raise ValueError(sentence(what, f"ids from {low} to {high}",
                                      f"such that fit {port.dtype}", "Number them anew from 0."))


# y: B1 (shapes), B2 (labels out of range), B3 (fractions, -1/+1), B6


def check_target_given(y, loss, what: str) -> None:
    """An output with a loss has targets."""
    if y is None and loss is not None:
        raise ValueError(sentence(what, "None", f"targets for the loss {named(loss)}",
                                  "Pass y, or compile that output with loss=None."))


def named(loss) -> str:
    """What a loss is called in a message."""
    return str(getattr(loss, "name", loss))


def check_target_shape(y: np.ndarray, port: Port, loss, what: str) -> None:
    """B1: a target for each output; a last dimension of 1 may be left out, nothing else."""
    labels = getattr(loss, "labels", None)
    if labels is None or port.shape is None:
        return
    if labels == "classes":
        check_class_shape(y, port, loss, what)
    elif labels == "ids":
        if y.ndim != 1 and y.shape[1:] != (1,):
            raise ValueError(sentence(what, f"shape {y.shape}", f"(rows,) labels for {named(loss)}",
                                      "One whole number for each row."))
    elif not _agree(y.shape[1:], port.shape):
        wanted = ("rows", *port.shape)
        shown = str(wanted).replace("'", "").replace("None", "any")
        raise ValueError(sentence(what, f"shape {y.shape}", f"{shown}, which the output "
                                  f"{port.name!r} has for {named(loss)}",
                                  _shape_advice(y, port, labels)))


def _agree(got: tuple, wanted: tuple) -> bool:
    """Whether the shapes are the same but for one last dimension of 1."""
    for a, b in ((got, wanted), (got, (*wanted, 1)), ((*got, 1), wanted)):
        if len(a) == len(b) and all(y in (None, x) for x, y in zip(a, b, strict=True)):
            return True
    return False


def _shape_advice(y: np.ndarray, port: Port, labels: str) -> str:
    classes = port.shape[-1] if port.shape else None
    if labels == "distribution" and _agree(y.shape[1:], port.shape[:-1]):
        return (f"Class numbers go with sparse_categorical_crossentropy; or make rows of them by "
                f"to_categorical(y, {classes}).")
    if y.ndim == 2 and classes == 1 and y.shape[1] > 1:
        return f"Give the last layer {y.shape[1]} units, or pass one column of y."
    if y.ndim <= 2 and (y.ndim == 1 or y.shape[1] == 1) and len(port.shape) == 1:
        if values.whole(y) and labels == "probability":
            return ("Give the last layer 1 unit, or for class numbers use softmax with "
                    "sparse_categorical_crossentropy.")
        return "Give the last layer 1 unit, or pass a column of y for each unit."
    if y.shape[1:] == port.shape[::-1]:
        return "Are the last two dimensions swapped?"
    return ""


def check_class_shape(y: np.ndarray, port: Port, loss, what: str) -> None:
    """One class number for each row (or step) of the output."""
    axis = getattr(loss, "axis", -1)
    axis = axis if axis < 0 else axis - 1 - len(port.shape)
    wanted = list(port.shape)
    classes = wanted.pop(axis) if -len(wanted) <= axis < 0 else None
    if _agree(y.shape[1:], tuple(wanted)):
        return
    shown = str(("rows", *wanted)).replace("'", "").replace("None", "any")
    do = ""
    if y.shape[1:] == port.shape:
        do = ("Rows of 0 and 1 go with categorical_crossentropy; or take the numbers: "
              "y.argmax(axis=-1).")
    elif y.ndim == 2 and y.shape[1] != classes:
        do = "One class number for each row; several labels of a row need binary_crossentropy."
    raise ValueError(sentence(what, f"shape {y.shape}", f"{shown} class numbers for "
                              f"{named(loss)}", do))


def check_target_values(y: np.ndarray, port: Port, loss, what: str,
                        weight: np.ndarray | None = None, masked: bool = False) -> None:
    """Targets that the loss has a meaning for."""
    labels = getattr(loss, "labels", None)
    if labels is None or y.size == 0:
        return
    if labels in ("values", "divisors"):
        if not values.usable(y, port.dtype):
            refuse_unusable(y, port.dtype, what, None)
        if labels == "divisors":
            check_divisors(y, loss, what)
        return
    low, high = values.extremes(y)
    if not (np.isfinite(low) and np.isfinite(high)):
        refuse_unusable(y, port.dtype, what, None)
    if labels == "classes":
        if not masked:  # what lies under a mask may be anything
            check_classes(y, low, high, port, loss, what, weight)
    elif labels == "ids":
        check_whole(y, loss, what, "labels")
    elif labels == "amounts":
        check_amounts(low, loss, what)
    elif labels == "signs":
        check_signs(y, low, high, loss, what)
    elif labels == "probability":
        check_probabilities(low, high, loss, what)
    else:
        check_distribution(y, low, high, loss, what)


def check_whole(y: np.ndarray, loss, what: str, kind: str = "class numbers") -> None:
    """B3: what numbers things has no fractions."""
    if not values.whole(y):
        at = values.where_first(y != np.floor(y))
        raise ValueError(sentence(what, f"a label with a fraction, first at row {at}",
                                  f"{kind} for {named(loss)}", "Round them on purpose, or "
                                  "use mean_squared_error if they are amounts."))


def check_amounts(low, loss, what: str) -> None:
    """Counts, and what a logarithm is taken of: Keras takes all below 0 for almost 0, or as it
    is."""
    if low < 0:
        warn_once("amounts", sentence(what, f"values down to {low:g}",
                                      f"none below 0 for {named(loss)}",
                                      "Use mean_squared_error for amounts of both signs."))


def check_divisors(y: np.ndarray, loss, what: str) -> None:
    """An error in percent of 0 is taken in percent of 1e-7, and drowns all others."""
    for start, block in values.blocks(y):
        if not block.all():
            warn_once("divisors", sentence(
                what, f"values of 0, first at row {start + values.where_first(block == 0)}",
                f"none for {named(loss)}, which divides by each",
                "Use mean_absolute_error, or give such rows the weight 0."))
            return


def check_signs(y: np.ndarray, low, high, loss, what: str) -> None:
    """B3: targets of a margin are -1 and 1, or 0 and 1."""
    if low not in (-1, 0, 1) or not all(((block == low) | (block == 1)).all()
                                        for _, block in values.blocks(y)):
        warn_once("signs", sentence(what, f"values from {low:g} to {high:g}",
                                    f"-1 and 1, or 0 and 1, for {named(loss)}",
                                    "Do the labels start at 1? Then use y - 1."
                                    if (low, high) == (1, 2) else ""))


def check_classes(y: np.ndarray, low, high, port: Port, loss, what: str,
                  weight: np.ndarray | None = None) -> None:
    """B2, B3: class numbers are integers from 0 to the number of classes - 1.

    Rows of weight 0 and of the class that the loss ignores may have any number.
    """
    axis = getattr(loss, "axis", -1)
    place = axis if axis < 0 else axis - 1
    classes = port.shape[place] if port.shape else None
    ignored = getattr(loss, "ignore_class", None)
    check_whole(y, loss, what)
    if classes is None or (low >= 0 and high < classes):
        return
    outside = (y < 0) | (y >= classes)
    if ignored is not None:
        outside &= y != ignored
    if weight is not None and outside.any():
        outside &= _spread_rows(weight != 0, y.shape)
    if not outside.any():
        return
    do = f"Give the last layer {int(high) + 1} units if there are so many classes."
    if low == 1 and high == classes:
        do = "Do the labels start at 1? Then use y - 1."
    elif low == -1 and high < classes:
        do = ("Does -1 mean 'no label'? Then use SparseCategoricalCrossentropy(ignore_class=-1)."
              if high != 1 or (y == 0).any() else "Use (y + 1) // 2 to make 0 and 1 of them.")
    raise ValueError(sentence(what, f"labels from {low:g} to {high:g}, the first outside at row "
                              f"{values.where_first(outside)}",
                              f"0 to {classes - 1} for {classes} classes", do))


def _spread_rows(rows: np.ndarray, shape: tuple) -> np.ndarray:
    """Something of each row (or step of it) for every value of an array of this shape."""
    if rows.ndim > len(shape):
        rows = rows.reshape(rows.shape[:len(shape)])
    rows = rows.reshape(rows.shape + (1,) * (len(shape) - rows.ndim))
    return np.broadcast_to(rows, shape)


def check_probabilities(low, high, loss, what: str) -> None:
    """B3: the targets of a binary crossentropy lie between 0 and 1."""
    if low >= 0 and high <= 1:
        return
    do = "Use mean_squared_error if they are amounts."
    if (low, high) == (-1, 1):
        do = "Use (y + 1) / 2 to make 0 and 1 of -1 and 1."
    elif (low, high) == (1, 2):
        do = "Do the labels start at 1? Then use y - 1."
    elif low >= 0 and 1 < high <= 255 and high > 100:
        do = "Are they pixels? Then use y / 255."
    elif low == 0 and high == int(high):
        do = (f"For {int(high) + 1} classes use Dense({int(high) + 1}, activation='softmax') with "
              "sparse_categorical_crossentropy.")
    raise ValueError(sentence(what, f"values from {low:g} to {high:g}",
                              f"0 to 1 for {named(loss)}", do))


def check_distribution(y: np.ndarray, low, high, loss, what: str) -> None:
    """The rows of a categorical crossentropy are shares of classes; other uses are rare."""
    axis = getattr(loss, "axis", -1)
    if low < 0 or high > 1:
        warn_once("distribution", sentence(what, f"values from {low:g} to {high:g}",
                                           f"shares from 0 to 1 for {named(loss)}"))
        return
    for start, block in values.blocks(y if y.ndim > 1 else y[:, None]):
        off = np.abs(block.sum(axis=axis, dtype=np.float64) - 1) > 1e-3
        if off.any():
            warn_once("distribution", sentence(
                what, f"rows that do not sum to 1, first row {start + values.where_first(off)}",
                f"shares of classes for {named(loss)}",
                "Several labels of a row need sigmoid with binary_crossentropy."))
            return


# sample_weight: B16


def check_weight_shape(weight: np.ndarray, port: Port, loss, what: str) -> None:
    """A weight for each row, or for each step of each row."""
    if weight.ndim == 1 or weight.shape[1:] == (1,) or port.shape is None:
        if weight.ndim > 1 or port.shape is None or len(port.shape) == 1 or (
                getattr(loss, "labels", None) is None):
            return
        raise ValueError(sentence(
            what, f"shape {weight.shape}", f"a weight for each of the {port.shape[:-1]} steps of "
            "a row", "For one weight a row use sample_weight[:, None]."))
    if getattr(loss, "labels", None) is not None and not _agree(
            weight.shape[1:], port.shape[:-1]):
        raise ValueError(sentence(what, f"shape {weight.shape}",
                                  f"(rows,) or (rows, {', '.join(map(str, port.shape[:-1]))})"
                                  .replace("(rows, )", "(rows, 1)")))


def check_weight_values(weight: np.ndarray, dtype: str, what: str) -> None:
    """Finite, and so in the model's floats; negative and all-zero ones have uses, but rarely."""
    if weight.size == 0:
        return
    if not values.usable(weight, dtype):
        refuse_unusable(weight, dtype, what, None)
    low, high = values.extremes(weight)
    if low < 0:
        warn_once("weights", sentence(what, f"weights down to {low:g}", "none below 0",
                                      "Such rows are trained away from their targets."))
    elif high == 0:
        warn_once("weights", sentence(what, "all weights 0", "at least one above 0",
                                      "Nothing is learned from these rows."))


# Columns: B10


def check_columns(arrays: Arrays, known: dict[str, tuple], expects: Expectation,
                  call: Call) -> None:
    """Named columns stand in the order in which the model was trained on them."""
    for i, names in enumerate(arrays.columns):
        port = expects.inputs[i]
        before = known.get(port.name)
        if not names or not before or names == before:
            continue
        what = call.name("x", i, expects.inputs)
        if len(names) == len(before) and set(names) == set(before):
            at = next(j for j, (a, b) in enumerate(zip(names, before, strict=True)) if a != b)
            raise ValueError(sentence(
                what, f"the columns of the training in another order, first at {at}: "
                f"{names[at]!r}", f"{before[at]!r} there", f"Use x[{list(before[:4])}"
                f"{'...' if len(before) > 4 else ''}]."))
        if call.trains:  # these names are the new ones
            continue
        if all(isinstance(n, str) for n in (*names, *before)):
            new = [n for n in names if n not in before]
            warn_once("columns", sentence(what, f"columns named {listed(new, 3)}",
                                          f"those of the training, {listed(before, 3)}",
                                          "They are taken by their place."))


# At compile: B4, B5


def check_losses(expects: Expectation, where: str = "compile") -> None:
    """What the last activation and the loss say of each other, before any data is seen."""
    for i, port in enumerate(expects.outputs):
        check_loss(port, expects.loss(i),
                   f"{where}.loss" + (f"[{port.name!r}]" if len(expects.outputs) > 1 else ""))


def check_loss(port: Port, loss, what: str) -> None:
    """The same of one output."""
    labels = getattr(loss, "labels", None)
    if labels is not None:
        check_units(port, loss, labels, what)
        check_logits(port, loss, labels, what)


def check_units(port: Port, loss, labels: str, what: str) -> None:
    """B4: among one class there is nothing to learn."""
    last = getattr(loss, "axis", -1) in (-1, len(port.shape or ()))
    if not port.shape or port.shape[-1] != 1 or not last:
        return
    if labels in ("distribution", "classes"):
        raise ValueError(sentence(
            what, f"{named(loss)} on {port.name!r}, which has 1 unit",
            "a unit for each class (among one class the loss is always 0)",
            "For two classes use Dense(1, activation='sigmoid') with binary_crossentropy, or "
            "Dense(2, activation='softmax')."))
    if port.activation == "softmax":
        raise ValueError(sentence(
            what, f"softmax over the 1 unit of {port.name!r}, which is always 1",
            "an output that can vary", "Use activation='sigmoid' for two classes, 'linear' for "
            "amounts."))


def check_logits(port: Port, loss, labels: str, what: str) -> None:
    """B5: the loss takes probabilities or logits, and the last activation makes one of them."""
    makes = "probabilities" if port.activation in ("sigmoid", "softmax") else (
        "logits" if port.activation in ("linear", "relu", "tanh", "leaky_relu") else None)
    where = f"{named(loss)} on {port.name!r}, whose activation is {port.activation}"
    if labels == "signs" and makes == "probabilities":
        warn_once("logits", sentence(what, where, "outputs of both signs",
                                     "Use activation='tanh' or 'linear'."))
    if labels not in ("probability", "distribution", "shares", "classes"):
        return
    if getattr(loss, "from_logits", False) and makes == "probabilities":
        raise ValueError(sentence(
            what, f"{named(loss)} with from_logits=True on {port.name!r}, whose {port.activation} "
            "makes probabilities", "logits", "Drop from_logits=True, or the activation."))
    if not getattr(loss, "from_logits", False) and makes == "logits":
        wanted = "sigmoid" if labels == "probability" else "softmax"
        other = ", or from_logits=True" if takes_logits(loss) else ""
        warn_once("logits", sentence(what, where, "probabilities",
                                     f"Use activation={wanted!r}{other}."))
    if labels != "probability" and port.activation == "sigmoid":
        warn_once("logits", sentence(
            what, where, "softmax, which weighs the classes against each other",
            "For several labels of a row keep sigmoid and use binary_crossentropy."))


def takes_logits(loss) -> bool:
    """Whether a loss, or the function that it wraps, has the argument ``from_logits``."""
    function = getattr(loss, "fn", None)
    code = getattr(function, "__code__", None)
    return hasattr(loss, "from_logits") or (
        code is not None and "from_logits" in code.co_varnames[:code.co_argcount])
