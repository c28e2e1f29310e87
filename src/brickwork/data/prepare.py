"""Prepares the data of fit, evaluate, predict and the methods for one batch."""

from __future__ import annotations

import numpy as np

from ..config import max_steps_per_epoch
from ..processes import Share, share as share_of_rows
from . import facts
from .arrays import adapt_arrays
from .checks import check, check_batch, check_columns
from .checks.quick import note_kind, of_known_kind
from .facts import Arrays, Call, Expectation
from .fit_arguments import check_arguments
from .free import adapt_free, packed
from .notices import sentence, warn_once
from .scans import is_finite_in
from .stream import Batches, is_stream


class Prepared:
    """Data for a training, evaluation or prediction loop.

    Attributes:
        data: `Arrays`, checked unless `deferred`; or `Batches`, which check each batch.
        validation: the same for validation, or None.
        columns: the column names of each input by the input's name; the model remembers them when
            fit begins, for later calls.
        batch_size: rows per step (default 32, or derived from the steps); None for a stream.
        steps: steps per epoch; None for a stream of unknown length.
        steps_per_pass: steps of a pass over all rows; None for a stream.
        processes: how many have rows of their own, of which these are one's.
    """

    __slots__ = (
        "batch_size",
        "columns",
        "data",
        "processes",
        "steps",
        "steps_per_pass",
        "validation",
    )

    def __init__(
        self,
        data: Arrays | Batches,
        columns: dict[str, tuple],
        batch_size: int | None,
        steps: int | None,
        validation: Prepared | None = None,
        steps_per_pass: int | None = None,
        processes: int = 1,
    ):
        self.processes = processes
        self.data = data
        self.columns = columns
        self.batch_size = batch_size
        self.steps = steps
        self.validation = validation
        self.steps_per_pass = steps_per_pass


def for_fit(
    x,
    y=None,
    sample_weight=None,
    *,
    expects: Expectation,
    validation_data=None,
    validation_split=0.0,
    class_weight=None,
    batch_size=None,
    steps_per_epoch=None,
    validation_batch_size=None,
    validation_steps=None,
    split="tail",
    last_batch="keep",
    columns=None,
) -> Prepared:
    """Return the data of fit: adapted, split, weighted, checked, without side effects.

    ``columns`` are those of an earlier training; the other arguments are those of ``fit``.

    Raises:
        ValueError: for unusable data or arguments; see `checks`.
        TypeError: for data that is not numeric.
    """
    numbers = check_arguments(
        "fit",
        batch_size=batch_size,
        steps_per_epoch=steps_per_epoch,
        validation_split=validation_split,
        validation_batch_size=validation_batch_size,
        validation_steps=validation_steps,
        split=split,
        last_batch=last_batch,
    )
    call = Call("fit")
    if expects.free:
        _refuse_class_weight("fit", class_weight)
    weigh = None
    if class_weight is not None:
        from .split import ClassWeights

        weigh = ClassWeights(class_weight, expects, call)
    data = _checked(x, y, sample_weight, expects, call, dict(columns or {}))
    tail, share = None, numbers["validation_split"]
    if share and validation_data is not None:
        warn_once(
            "split",
            sentence(
                "fit.validation_split",
                f"{share:g} beside validation_data",
                "one of the two",
                "The split is not made.",
            ),
        )
    elif not share and not (isinstance(numbers["split"], str) and numbers["split"] == "tail"):
        warn_once(
            "split",
            sentence(
                "fit.split",
                "a way to split without validation_split",
                "both",
                "Nothing is set aside.",
            ),
        )
    elif share:
        from .split import split_off

        data, tail = split_off(data, share, numbers["split"], expects, call)
    if weigh is not None:
        if isinstance(data, Arrays):
            weigh(data, call)
        else:
            data.class_rows = weigh
    if numbers["last_batch"] != "keep" and not isinstance(data, Arrays):
        raise ValueError(
            sentence(
                "fit.last_batch",
                f"{last_batch!r} for a stream of batches",
                "'keep'",
                "Let the stream give batches of one size.",
            )
        )
    out = _with_steps(
        data,
        expects,
        numbers["batch_size"],
        numbers["steps_per_epoch"],
        numbers["last_batch"] == "drop",
    )
    size = numbers["validation_batch_size"] or numbers["batch_size"]
    steps = numbers["validation_steps"]
    if tail is not None:
        out.validation = _with_steps(tail, expects, size, steps)
    elif validation_data is not None:
        out.validation = _validation(validation_data, expects, out.columns, size, steps)
    else:
        for name in ("validation_steps", "validation_batch_size"):
            if numbers[name]:
                warn_once(
                    "split",
                    sentence(
                        f"fit.{name}",
                        f"{numbers[name]} without validation",
                        "validation_data or validation_split",
                        "Nothing is validated.",
                    ),
                )
    out.columns = {**(columns or {}), **out.columns} if isinstance(data, Arrays) else data.columns
    return out


def _validation(given, expects: Expectation, columns: dict, batch_size, steps) -> Prepared:
    """Return the data of ``validation_data``, checked; messages use that name."""
    call = Call("fit", prefix="validation_data")
    if isinstance(given, list | tuple):
        if not 1 <= len(given) <= 3:
            raise ValueError(
                sentence(
                    "fit.validation_data", f"{len(given)} parts", "(x, y) or (x, y, sample_weight)"
                )
            )
        x, y, weight = (*given, None, None)[:3]
    else:
        x, y, weight = given, None, None
        if not isinstance(given, Batches) and hasattr(given, "__array__"):
            raise ValueError(
                sentence(
                    "fit.validation_data",
                    f"one {type(given).__name__}",
                    "(x, y) or (x, y, sample_weight)",
                )
            )
    data = _checked(x, y, weight, expects, call, columns)
    return _with_steps(data, expects, batch_size, steps)


def for_evaluate(
    x,
    y=None,
    sample_weight=None,
    *,
    expects: Expectation,
    columns=None,
    batch_size=None,
    steps=None,
) -> Prepared:
    """Return the data of evaluate; ``columns`` are those of fit's `Prepared`."""
    return _prepare_pass(
        "evaluate", x, y, sample_weight, expects, columns, batch_size, steps, "raise"
    )


def for_predict(
    x, *, expects: Expectation, columns=None, batch_size=None, steps=None, nan: str = "raise"
) -> Prepared:
    """Return the data of predict; ``nan="propagate"`` lets NaN and inf through to the outputs."""
    if batch_size is None and steps is None and is_ready_array(x, expects):
        count = -(-len(x) // 32)
        return Prepared(Arrays([x], [], [], len(x)), {}, 32, count, steps_per_pass=count)
    return _prepare_pass("predict", x, None, None, expects, columns, batch_size, steps, nan)


def is_ready_array(x, expects: Expectation) -> bool:
    """Whether x already fits the only input, so that nothing must be adapted or checked.

    A fast path for predictions of single rows; everything else takes the general path.
    """
    if (
        type(x) is not np.ndarray
        or len(expects.inputs) != 1
        or x.nbytes > facts.LARGE
        or (expects.host_part is not None)
    ):
        return False
    port = expects.inputs[0]
    return (
        x.dtype.char in "fd"
        and x.shape[1:] == port.shape
        and x.size > 0
        and x.dtype.isnative
        and x.flags.aligned
        and port.dtype.startswith("float")
        and is_finite_in(x, port.dtype)
    )


def _prepare_pass(method, x, y, weight, expects, columns, batch_size, steps, nan) -> Prepared:
    numbers = check_arguments(method, batch_size=batch_size, steps=steps)
    call = Call(method)
    data = _checked(x, y, weight, expects, call, columns or {}, nan)
    divided = method != "predict"  # each process predicts what it is given
    return _with_steps(data, expects, numbers["batch_size"], numbers["steps"], divided=divided)


def adapt(x, y, sample_weight, expects: Expectation, call: Call) -> Arrays | Batches:
    """Return the data of one call, in the order of the model's ports.

    Shapes are adapted only as in Keras: a last dimension of 1 is added or dropped.

    Args:
        x, y, sample_weight: arrays, lists, tables or sparse matrices; for several ports a list or
            dict of them; or, for x alone, a stream of batches (`stream.is_stream`).
        expects: the ports of the model.
        call: the current call, for messages.

    Returns:
        `Arrays`, or `Batches` for a stream.

    Raises:
        ValueError: for data that does not fit.
        TypeError: for data that is not numeric.
    """
    if is_stream(x):
        for part, given in (("y", y), ("sample_weight", sample_weight)):
            if given is not None:
                raise ValueError(
                    sentence(
                        call.name(part),
                        "values of its own beside a stream of batches as x",
                        "None",
                        "Let the stream give (x, y) or (x, y, sample_weight).",
                    )
                )
        return Batches(x, expects, call)
    if expects.free:
        return adapt_free(packed(x, y, sample_weight), call)
    return adapt_arrays(x, y, sample_weight, expects, call)


def _checked(
    x, y, sample_weight, expects: Expectation, call: Call, columns: dict, nan: str = "raise"
) -> Arrays | Batches:
    """Return the data of one call, adapted and checked."""
    plain = sample_weight is None and y is not None and nan == "raise"
    known = of_known_kind(x, y, expects) if plain else None
    if known is not None:
        return known
    data = adapt(x, y, sample_weight, expects, call)
    _check_all(data, expects, call, columns, nan)
    if plain and isinstance(data, Arrays) and not expects.free:
        note_kind(x, y, data, expects)
    return data


def _check_all(
    data: Arrays | Batches, expects: Expectation, call: Call, columns: dict, nan: str = "raise"
) -> None:
    """Check the data now; for a stream, check each batch when it comes."""
    if isinstance(data, Batches):
        data.columns, data.nan = columns, nan
    elif not expects.free:
        check_columns(data, columns, expects, call)  # names say more than shapes
        check(data, expects, call, nan)


def for_batch(
    method: str,
    x,
    y=None,
    sample_weight=None,
    class_weight=None,
    *,
    expects: Expectation,
    columns=None,
) -> Arrays:
    """Return the batch of train_on_batch, test_on_batch or predict_on_batch, checked."""
    if method == "predict_on_batch" and is_ready_array(x, expects):
        return Arrays([x], [], [], len(x))
    call = Call(method)
    if expects.free:
        _refuse_class_weight(method, class_weight)
        return adapt_free(packed(x, y, sample_weight), call).batch(slice(None))
    batch = adapt_arrays(x, y, sample_weight, expects, call).batch(slice(None))
    if class_weight is not None:
        from .split import ClassWeights

        ClassWeights(class_weight, expects, call)(batch, Call(method, place=" of a batch"))
    check_columns(batch, columns or {}, expects, call)
    check_batch(batch, expects, call)
    return batch


def _refuse_class_weight(method: str, class_weight) -> None:
    """Refuse class weights for a step of the user's own, of which no target is known."""
    if class_weight is not None:
        raise ValueError(
            sentence(
                f"{method}.class_weight",
                "weights of classes for a model with a train_step of its own",
                "sample_weight, a number for each row",
                "train_step gets it as the third part of its data.",
            )
        )


def _with_steps(
    data: Arrays | Batches,
    expects: Expectation,
    batch_size,
    steps,
    drop: bool = False,
    divided: bool = True,
) -> Prepared:
    """Determine the rows per step and the steps per epoch; `drop` leaves out a partial batch.

    Where several processes train together and each has its own rows, these are those of this
    process (if `divided`).
    """
    limit = max_steps_per_epoch()
    if limit and (not steps or limit < steps):
        warn_once(
            "limit",
            f"No epoch takes more than {limit} steps, as config.set_max_steps_per_epoch says.",
        )
        steps = limit
    if isinstance(data, Batches):
        return Prepared(data, data.columns, None, steps or data.length)
    share = share_of_rows() if divided else None
    count = 1
    if share is not None and (share.own or data.in_windows):
        count = share.count
        data = _part_of(data, share)
        batch_size = _batch_of(batch_size, data.rows, steps, share)
    elif batch_size is None:
        batch_size = -(-data.rows // steps) if steps else 32
    batch_size = max(1, batch_size)
    most = -(-data.rows // batch_size)
    if drop and most > 1:
        most = data.rows // batch_size
    if steps and steps > most:
        warn_once(
            "steps",
            f"The data have {most} batches of {batch_size} rows, fewer "
            f"than the {steps} steps asked for; an epoch ends with them.",
        )
    return Prepared(
        data,
        data.names(expects.inputs),
        batch_size,
        min(steps, most) if steps else most,
        steps_per_pass=most,
        processes=count,
    )


def _part_of(data: Arrays, share: Share) -> Arrays:
    """The rows of this process: as many as those of each other one."""
    parts = share.devices if share.own else share.devices * share.count
    each = data.rows // parts * share.devices
    if not each:
        raise ValueError(
            sentence("x", f"{data.rows} rows", f"at least one for each of {parts} devices")
        )
    left = data.rows - (each if share.own else each * share.count)
    if left:
        warn_once(
            "processes",
            f"The last {left} of {data.rows} rows are left out: each device has as many.",
        )
    start = 0 if share.own else share.rank * each
    return data if each == data.rows else data.slice(start, start + each)


def _batch_of(batch_size, rows: int, steps, share: Share) -> int:
    """The rows of a batch that this process computes, of its own rows."""
    devices = share.devices * share.count
    if batch_size is None:  # about that of one process
        return -(-(-(-rows // steps) * share.count if steps else 32) // devices) * share.devices
    if batch_size % devices:
        got = f"{batch_size} for rows that {devices} devices divide"
        raise ValueError(sentence("batch_size", got, f"a multiple of {devices}"))
    return batch_size // share.count


def warn_of_short_epochs(steps_per_pass: int, batch_size: int, steps: int, epochs: int) -> None:
    """Warn if a pass over the data ends within an epoch, which ends the epoch early."""
    rest, each = steps_per_pass % steps, -(-steps_per_pass // steps)
    if rest and epochs >= each:
        warn_once(
            "steps",
            sentence(
                "fit.steps_per_epoch",
                f"{steps} of {steps_per_pass} batches of {batch_size} rows",
                "a number that divides the batches",
                f"One epoch in {each} ends with the data, after {rest}.",
            ),
        )
