"""`Callback`, what users override, and `CallbackList`, what the training loop calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..custom_objects import is_own
from ..errors import ArgumentError, near, shown
from ..spelling import OldAttributes


class Callback(OldAttributes):
    """Base class of callbacks: override the hooks that you want and give an object of yours to
    ``fit``, ``evaluate`` or ``predict``.

    Attributes:
        model: the model at work.
        params: ``{"verbose": ..., "epochs": ..., "steps": ...}``.

    A callback that remembers something from one epoch to the next has `get_state` and `set_state`,
    by which a training that was broken off goes on as if nothing had happened.

    Hooks that are not overridden cost nothing: training stays in compiled code between those
    that are. ``logs`` maps names to numbers: a batch's averages so far, an epoch's averages and,
    with ``val_`` before the name, those of the validation. What a callback writes into an
    epoch's logs, later callbacks and `History` see.

    >>> class Losses(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, logs["loss"])
    >>> CallbackList([Losses()]).on_epoch_end(0, {"loss": 0.5})
    0 0.5
    """

    model = None
    params: dict[str, Any] | None = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Called once before the work begins."""
        self.params = params

    def set_model(self, model) -> None:
        """Called once before the work begins."""
        self.model = model

    def on_train_begin(self, logs=None):
        """Called when ``fit`` begins."""

    def on_train_end(self, logs=None):
        """Called when ``fit`` ends; `logs` are those of the last epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        """Called before an epoch of ``fit``; the first is 0."""

    def on_epoch_end(self, epoch, logs=None):
        """Called after an epoch of ``fit`` and its validation."""

    def on_train_batch_begin(self, batch, logs=None):
        """Called before a batch of ``fit``; the first of each epoch is 0."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """Called after a batch of ``fit``."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch, logs=None):
        """The older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch, logs=None):
        """The older name of `on_train_batch_end`."""

    def on_test_begin(self, logs=None):
        """Called when ``evaluate`` or a validation begins."""

    def on_test_end(self, logs=None):
        """Called when ``evaluate`` or a validation ends."""

    def on_test_batch_begin(self, batch, logs=None):
        """Called before a batch of ``evaluate`` or of a validation."""

    def on_test_batch_end(self, batch, logs=None):
        """Called after a batch of ``evaluate`` or of a validation."""

    def on_predict_begin(self, logs=None):
        """Called when ``predict`` begins."""

    def on_predict_end(self, logs=None):
        """Called when ``predict`` ends."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Called before a batch of ``predict``."""

    def on_predict_batch_end(self, batch, logs=None):
        """Called after a batch of ``predict``; ``logs["outputs"]`` are its predictions."""

    # What a checkpoint of a training (`BackupAndRestore`) holds of a callback.

    def get_state(self) -> dict[str, Any]:
        """What this callback must know to go on in another process: numbers, strings, arrays,
        and lists and dicts by strings of them. Where that is nothing, there is no need for it."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """The inverse of `get_state`; tuples have become lists. Called after `on_train_begin`,
        and after `on_epoch_begin` where training goes on in the middle of an epoch."""

    # What ours tell the training loop, and are told beyond Keras's hooks.

    #: Hooks of its class that do nothing for this object: they are not called.
    _idle: tuple = ()
    #: Whether its hooks at the end of something are called after everybody else's.
    _last = False

    def _begins(self, course) -> None:
        """Called before `on_train_begin`, with the `training.resumption.Course` of this ``fit``."""

    def _adds(self) -> list[str]:
        """The names that it writes into an epoch's logs."""
        return []

    def _check_names(self, names: list[str], judged: list[str], complete: bool) -> None:
        """Called before the first step, to refuse names that no logs will have.

        Args:
            names: what a batch's logs will have.
            judged: what an epoch's logs will have besides.
            complete: whether that is all; else a callback of the user's may write more.
        """

    def _quiets(self, verbose: int) -> bool:
        """Whether it shows on the screen how far training is, so that no bar is wanted there."""
        return False

    def _not_finite(self, batch: int) -> None:
        """Called when the loss of a batch is not finite."""

    def _before_end(self) -> None:
        """Called when training is over, however it ends, and the optimizer's averages have not
        taken the weights' place yet."""

    def _left(self) -> None:
        """Called in the place of `on_train_end` when an error or Ctrl-C ends ``fit``."""


class Watcher(Callback):
    """A callback that is let in while an epoch runs, too, without slowing it down.

    The training loop comes back from compiled code about every 40 ms anyway; it then calls
    `look`. Whoever listens to batches or epochs instead makes it come back each time.

    Attributes:
        step: how many batches of the epoch are done when `look` is called.
    """

    step = 0

    def look(self, epoch, current):
        """Called about every 40 ms, or after each epoch or batch where the loop comes back for
        others. The weights are those of a finished step.

        Args:
            epoch: the one that runs, the first being 0.
            current: a function that returns its metrics so far, by name.
        """

    def _stride(self) -> int:
        """Within how many steps it wants to be let in again; 0: whenever the loop comes back."""
        return 0


#: The names of all hooks.
HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))

_OLDER = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


def overrides(callback, hook: str) -> bool:
    """Whether a callback does anything at a hook."""
    function = getattr(getattr(callback, hook), "__func__", None)
    if function is not getattr(Callback, hook):
        return function is None or function not in getattr(callback, "_idle", ())
    return hook in _OLDER and overrides(callback, _OLDER[hook])


class CallbackList:
    """Several callbacks as one, and the knowledge of which hooks anyone listens to.

    Args:
        callbacks: a callback, or callbacks in lists as deep as you like; None is none.
        add_history, add_progbar: whether to add a `History` and a `ProgbarLogger` where there
            is none. ``fit`` has both anyway; a training loop of your own may want them.
        model: given to each by ``set_model``.
        params: given to each by ``set_params``.

    Attributes:
        per_epoch: whether anyone listens to the beginning or end of epochs.
        per_batch: whether anyone listens to single batches of ``fit``.
        per_test_batch, per_predict_batch: likewise for ``evaluate`` and ``predict``.
        watchers: those who are let in between.

    It has every hook of `Callback`; each calls, in order, the callbacks that override it, with
    one and the same ``logs``.
    """

    per_epoch: bool
    per_batch: bool
    per_test_batch: bool
    per_predict_batch: bool
    watchers: list[Watcher]

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        self.callbacks: list[Callback] = list(_flattened(callbacks))
        if add_history or add_progbar:
            self._add_usual(add_history, add_progbar)
        self._listen()
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def append(self, callback: Callback) -> None:
        """Add one at the end."""
        self.callbacks.extend(_flattened(callback))
        self._listen()

    def remove(self, callback: Callback) -> None:
        """Take one out."""
        self.callbacks = [known for known in self.callbacks if known is not callback]
        self._listen()

    def _add_usual(self, history: bool, bar: bool) -> None:
        from .history import History
        from .progress_bar import ProgbarLogger

        for wanted, kind in ((history, History), (bar, ProgbarLogger)):
            if wanted and not any(isinstance(c, kind) for c in self.callbacks):
                self.callbacks.append(kind())

    def set_params(self, params: dict[str, Any]) -> None:
        """Pass on what the run is."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model) -> None:
        """Pass on the model."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def look(self, epoch: int, current, step: int = 0) -> None:
        """Let watchers in, when so many batches of the epoch are done."""
        for watcher in self.watchers:
            watcher.step = step
            watcher.look(epoch, current)

    def quiets(self, verbose: int) -> bool:
        """Whether one of them takes the place of the progress bar."""
        return any(c._quiets(verbose) for c in self.callbacks if isinstance(c, Callback))

    def stride(self) -> int:
        """Within how many steps a watcher wants to be let in; 0 where none says so."""
        wanted = [watcher._stride() for watcher in self.watchers]
        return min(filter(None, wanted), default=0)

    def check_names(self, names: Iterable[str], validates: bool) -> None:
        """Before the first step: refuse what callbacks will look for in logs in vain.

        Args:
            names: of the metrics.
            validates: whether there will be a validation.
        """
        names, ours = list(names), [c for c in self.callbacks if isinstance(c, Callback)]
        judged = [f"val_{name}" for name in names] if validates else []
        judged += [name for callback in ours for name in callback._adds()]
        complete = not any(_may_write(c) for c in self.callbacks)
        for callback in ours:
            callback._check_names(names, judged, complete)

    def not_finite(self, batch: int) -> None:
        """The loss of this batch is not finite."""
        self._tell("_not_finite", batch)

    def before_end(self) -> None:
        """Training is over, however it ends; see `Callback._before_end`."""
        self._tell("_before_end")

    def begins(self, course) -> None:
        """``fit`` begins; see `Callback._begins`."""
        self._tell("_begins", course)

    def left(self) -> None:
        """``fit`` is left by an error. Whoever fails at this does not keep others from it."""
        failed = None
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                try:
                    callback._left()
                except BaseException as error:
                    failed = failed or error
        if failed is not None:
            raise failed

    def _tell(self, name: str, *args) -> None:
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                getattr(callback, name)(*args)

    def _listen(self) -> None:
        self.watchers = [c for c in self.callbacks if isinstance(c, Watcher)]
        for hook in HOOKS:
            setattr(self, hook, self._caller(hook))
        self.per_epoch = self.heard("on_epoch_begin", "on_epoch_end")
        self.per_batch = self.heard("on_train_batch_begin", "on_train_batch_end")
        self.per_test_batch = self.heard("on_test_batch_begin", "on_test_batch_end")
        self.per_predict_batch = self.heard("on_predict_batch_begin", "on_predict_batch_end")

    def heard(self, *hooks: str) -> bool:
        """Whether any callback overrides any of these hooks."""
        return any(overrides(c, hook) for c in self.callbacks for hook in hooks)

    def _caller(self, hook: str):
        heard = [c for c in self.callbacks if overrides(c, hook)]
        if not heard:
            return _nothing
        if hook.endswith("_end"):
            heard.sort(key=lambda c: getattr(c, "_last", False))
        listeners = [getattr(c, hook) for c in heard]
        if _counts(hook):
            def call(index, logs=None):
                logs = {} if logs is None else logs
                for listener in listeners:
                    listener(index, logs)
        else:
            def call(logs=None):
                logs = {} if logs is None else logs
                for listener in listeners:
                    listener(logs)
        call.__name__ = hook
        return call


def _may_write(callback) -> bool:
    """Whether a callback is of the user's making and sees an epoch's logs before others do."""
    return overrides(callback, "on_epoch_end") and (
        is_own(type(callback)) or isinstance(callback, LambdaCallback))


def _counts(hook: str) -> bool:
    """Whether a hook is told which epoch or batch it is."""
    return "batch" in hook or "epoch" in hook


def _nothing(*_, **__) -> None:
    """A hook that nobody overrides."""


def _flattened(callbacks) -> Iterator[Callback]:
    if callbacks is None:
        return
    if isinstance(callbacks, CallbackList):
        callbacks = callbacks.callbacks
    if isinstance(callbacks, type):
        raise ArgumentError("callbacks", f"got the class {callbacks.__name__}, expected an object "
                            f"of it; write {callbacks.__name__}().")
    if isinstance(callbacks, Iterable) and not isinstance(callbacks, str | bytes | dict) and (
            getattr(callbacks, "ndim", 1)):
        for callback in callbacks:
            yield from _flattened(callback)
    elif all(hasattr(callbacks, name) for name in ("set_model", "set_params", *HOOKS)):
        yield callbacks
    else:
        raise ArgumentError("callbacks", f"got {shown(callbacks)}, expected objects of "
                            "subclasses of Callback.")


class LambdaCallback(Callback):
    """A callback made of functions.

    Args:
        on_epoch_begin, on_epoch_end: functions of ``(epoch, logs)``.
        on_train_begin, on_train_end: functions of ``(logs)``.
        on_train_batch_begin, on_train_batch_end: functions of ``(batch, logs)``.
        hooks: any other hook of `Callback` by its name.

    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
    >>> callback.on_epoch_end(3, {})
    3
    """

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None,
                 on_train_end=None, on_train_batch_begin=None, on_train_batch_end=None, **hooks):
        super().__init__()
        hooks |= {"on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end,
                  "on_train_begin": on_train_begin, "on_train_end": on_train_end,
                  "on_train_batch_begin": on_train_batch_begin,
                  "on_train_batch_end": on_train_batch_end}
        for name, function in hooks.items():
            if name not in HOOKS:
                raise ArgumentError("LambdaCallback", f"got an unknown hook {name!r}"
                                    f"{near(name, HOOKS)}")
            if function is None:
                continue
            if not callable(function):
                raise ArgumentError(f"LambdaCallback.{name}", f"got {shown(function)}, expected "
                                    "a function.")
            setattr(self, name, function)
