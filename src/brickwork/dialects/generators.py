"""``fit_generator`` and similar methods of Keras 1, which counted samples, and Keras 2, batches."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ArgumentError
from ..spelling.translation import warn_old_spellings

_REST = ("verbose", "callbacks", "validation_data")
#: The arguments after the generator, in Keras 1 and in Keras 2.
_ORDERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fit_generator": (
        ("samples_per_epoch", "nb_epoch", *_REST, "nb_val_samples", "class_weight"),
        ("steps_per_epoch", "epochs", *_REST, "validation_steps"),
    ),
    "evaluate_generator": (("val_samples",), ("steps",)),
    "predict_generator": (("val_samples",), ("steps",)),
}
_KERAS_1 = {
    "samples_per_epoch",
    "nb_epoch",
    "nb_val_samples",
    "val_samples",
    "max_q_size",
    "nb_worker",
    "pickle_safe",
}


def _method(name: str, today: str) -> Callable:
    def method(model, generator, *args, **kwargs):
        first = bool(_KERAS_1 & kwargs.keys())
        order = _ORDERS[name][not first]
        if len(args) > len(order):
            raise ArgumentError(
                name,
                f"got {len(args) + 1} arguments by position, expected at "
                f"most {len(order) + 1}; give the others by name.",
            )
        if args and not first:
            warn_old_spellings(
                name, [("argument 2", f"{order[0]}: read as a number of batches, as in Keras 2")]
            )
        kwargs = dict(zip(order, args, strict=False)) | kwargs
        generator, kwargs = _in_batches(name, generator, kwargs)
        return getattr(model, today)(generator, **kwargs)

    return method


def _in_batches(name: str, generator, kwargs: dict) -> tuple:
    """Convert counts of samples to counts of batches."""
    steps, said = _ORDERS[name][1][0], []
    for word in ("samples_per_epoch", "val_samples"):
        if word in kwargs:
            generator, count = _counted(name, generator, kwargs.pop(word))
            kwargs[steps] = count
            said.append((word, f"{steps}, counted in batches ({count} here)"))
    if "nb_val_samples" in kwargs:
        samples, data = kwargs.pop("nb_val_samples"), kwargs.get("validation_data")
        if data is not None and samples is not None and not isinstance(data, list | tuple):
            kwargs["validation_data"], count = _counted(name, data, samples)
            kwargs["validation_steps"] = count
            said.append(("nb_val_samples", f"validation_steps, in batches ({count} here)"))
    warn_old_spellings(name, said)
    return generator, kwargs


def _counted(name: str, generator, samples: int) -> tuple:
    """Return the same batches, and how many of them make `samples`, by the size of the first."""
    batches = iter(generator)
    first = next(batches, None)
    if first is None:
        raise ArgumentError(name, "the generator gave no batch, expected at least one.")
    x = first[0] if isinstance(first, tuple | list) else first
    x = next(iter(x.values())) if isinstance(x, dict) else x[0] if isinstance(x, list) else x

    def again():
        yield first
        yield from batches

    return again(), -(-samples // len(x))


fit_generator = _method("fit_generator", "fit")
evaluate_generator = _method("evaluate_generator", "evaluate")
predict_generator = _method("predict_generator", "predict")
