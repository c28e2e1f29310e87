"""`LambdaCallback`: a callback made of functions."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ArgumentError, near, shown
from ..training.callback import HOOKS, Callback


class LambdaCallback(Callback):
    """A callback made of functions.

    Args:
        on_epoch_begin, on_epoch_end: functions of ``(epoch, logs)``; default None.
        on_train_begin, on_train_end: functions of ``(logs)``; default None.
        on_train_batch_begin, on_train_batch_end: functions of ``(batch, logs)``; default None.
        hooks: functions for any other hooks of `Callback`, by name.

    Raises:
        ArgumentError (a ValueError): for an unknown hook, or a value that is not a function.

    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
    >>> callback.on_epoch_end(3, {})
    3
    """

    _made_of_functions = True

    def __init__(
        self,
        on_epoch_begin: Callable[..., None] | None = None,
        on_epoch_end: Callable[..., None] | None = None,
        on_train_begin: Callable[..., None] | None = None,
        on_train_end: Callable[..., None] | None = None,
        on_train_batch_begin: Callable[..., None] | None = None,
        on_train_batch_end: Callable[..., None] | None = None,
        **hooks: Callable[..., None],
    ):
        super().__init__()
        hooks |= {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        for name, function in hooks.items():
            if name not in HOOKS:
                raise ArgumentError(
                    "LambdaCallback", f"got an unknown hook {name!r}{near(name, HOOKS)}"
                )
            if function is None:
                continue
            if not callable(function):
                raise ArgumentError(
                    f"LambdaCallback.{name}", f"got {shown(function)}, expected a function."
                )
            setattr(self, name, function)
