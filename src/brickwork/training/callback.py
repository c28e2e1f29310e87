"""`Callback`, the base that users extend, and `CallbackList`, which the training loop calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..custom_objects import is_user_defined
from ..errors import ArgumentError, shown
from ..processes import is_first
from ..spelling import OldAttributes

if TYPE_CHECKING:
    from ..models.model import Model


class Callback(OldAttributes):
    """Base of callbacks: override the hooks, and pass an instance to ``fit``, ``evaluate`` or
    ``predict``.

    Attributes:
        model: the model that is trained, evaluated or used for prediction.
        params: dict with "verbose", "epochs" and "steps".

    Hooks that are not overridden cost nothing: between those that are, training stays in compiled
    code. ``logs`` is a dict from metric names to floats: averages over the epoch so far, or over
    the whole epoch. Names that begin with ``val_`` are of the validation. Values that a callback
    adds to an epoch's logs are visible to later callbacks and in `History`.

    A callback with a state defines `get_state` and `set_state`, so that an interrupted training
    can be resumed exactly.

    >>> class Losses(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, logs["loss"])
    >>> CallbackList([Losses()]).on_epoch_end(0, {"loss": 0.5})
    0 0.5
    """

    model = None  # type: Model | Any
    params = None  # type: dict[str, Any] | None

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive the parameters of the run; called once before it begins.

        Args:
            params: dict with "verbose" (int or "auto"), "epochs" (int) and "steps" (int per epoch,
                or None if unknown).
        """
        self.params = params

    def set_model(self, model: Model) -> None:
        """Receive the model; called once before the run begins.

        Args:
            model: the `Model`.
        """
        self.model = model

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``fit`` begins.

        Args:
            logs: an empty dict.
        """

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``fit`` ends.

        Args:
            logs: dict of the last epoch's metrics.
        """

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before an epoch of ``fit``.

        Args:
            epoch: int, index of the epoch from 0.
            logs: an empty dict.
        """

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after an epoch of ``fit`` and its validation.

        Args:
            epoch: int, index of the epoch from 0.
            logs: dict of the epoch's metrics, with ``val_`` names after a validation.
        """

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of ``fit``.

        Args:
            batch: int, index of the batch in the epoch from 0.
            logs: an empty dict.
        """
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of ``fit``.

        Args:
            batch: int, index of the batch in the epoch from 0.
            logs: dict of the metrics, averaged over the epoch so far.
        """
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """The older name of `on_train_batch_begin`.

        Args:
            batch: int, index of the batch in the epoch from 0.
            logs: an empty dict.
        """

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """The older name of `on_train_batch_end`.

        Args:
            batch: int, index of the batch in the epoch from 0.
            logs: dict of the metrics, averaged over the epoch so far.
        """

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``evaluate`` or a validation begins.

        Args:
            logs: an empty dict.
        """

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``evaluate`` or a validation ends.

        Args:
            logs: dict of the metrics over all batches.
        """

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of ``evaluate`` or of a validation.

        Args:
            batch: int, index of the batch from 0.
            logs: an empty dict.
        """

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of ``evaluate`` or of a validation.

        Args:
            batch: int, index of the batch from 0.
            logs: dict of the metrics, averaged over the batches so far.
        """

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``predict`` begins.

        Args:
            logs: an empty dict.
        """

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when ``predict`` ends.

        Args:
            logs: an empty dict.
        """

    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of ``predict``.

        Args:
            batch: int, index of the batch from 0.
            logs: an empty dict.
        """

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of ``predict``.

        Args:
            batch: int, index of the batch from 0.
            logs: dict; "outputs" holds the predictions of the batch, ``(rows, ...)``.
        """

    # State, for the checkpoints of `BackupAndRestore`.

    def get_state(self) -> dict[str, Any]:
        """Return the state that is needed to resume in another process; to be overridden.

        Returns:
            A dict from strings to numbers, strings, arrays, and lists and dicts of these. Empty by
            default.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Set the state, the inverse of `get_state`.

        It is called after `on_train_begin`; if training resumes within an epoch, also after
        `on_epoch_begin`.

        Args:
            state: dict, as `get_state` returned it, with lists in place of tuples.
        """

    # Private hooks of the callbacks in this package.

    #: Hooks of its class that do nothing for this instance: they are not called.
    _inactive_hooks: tuple = ()
    #: Whether its ``_end`` hooks are called after those of all other callbacks.
    _runs_last = False
    #: Whether it only tells what happens, which one of several processes does.
    _tells = False
    #: Whether its hooks are functions of the user's.
    _made_of_functions = False

    def _on_fit_begin(self, state) -> None:
        """Called before `on_train_begin`, with the `TrainingState` of this ``fit``."""

    def _added_logs(self) -> list[str]:
        """The names that it adds to an epoch's logs."""
        return []

    def _check_names(self, names: list[str], epoch_names: list[str], complete: bool) -> None:
        """Called before the first step, to raise for names that will not be in the logs.

        Args:
            names: the names in a batch's logs.
            epoch_names: further names in an epoch's logs.
            complete: whether these are all; False if a custom callback may add more.
        """

    def _replaces_progress_bar(self, verbose: int) -> bool:
        """Whether it shows the progress on the screen, in place of the progress bar."""
        return False

    def _on_not_finite(self, batch: int) -> bool:
        """Called when the loss of a batch is not finite; returns whether it has told the user."""
        return False

    def _before_train_end(self) -> None:
        """Called when training ends, also by an error, before the optimizer's averages replace
        the weights."""

    def _on_fit_error(self) -> None:
        """Called in place of `on_train_end` when an error or Ctrl-C ends ``fit``."""


class Watcher(Callback):
    """A callback that is also called within an epoch, without slowing training down.

    The training loop returns from compiled code about every 40 ms anyway; it then calls `look`.
    Hooks of batches or epochs would make it return at each of them.

    Attributes:
        step: int, the number of batches of the epoch that are done when `look` is called.

    >>> class Steps(Watcher):
    ...     def look(self, epoch, current):
    ...         print(epoch, self.step, current())
    >>> CallbackList(Steps()).look(0, lambda: {"loss": 0.5}, step=10)
    0 10 {'loss': 0.5}
    """

    step = 0
    #: Whether it may set weights while it looks.
    _assigns = False

    def look(self, epoch: int, current: Any) -> None:
        """Called about every 40 ms, or after each epoch or batch if other callbacks need these.

        The weights are those of a finished step.

        Args:
            epoch: int, index of the current epoch from 0.
            current: function without arguments that returns a dict of the metrics so far.
        """

    def _stride(self) -> int:
        """The number of steps within which it is to be called again; 0 for any number."""
        return 0

    def _stops_at_epoch(self) -> bool:
        """Whether it is to be called when this epoch has ended, after its validation."""
        return False


#: The names of all hooks.
HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))

_OLDER = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


def overrides(callback: Any, hook: str) -> bool:
    """Whether a callback overrides a hook."""
    function = getattr(getattr(callback, hook), "__func__", None)
    if function is not getattr(Callback, hook):
        return function is None or function not in getattr(callback, "_inactive_hooks", ())
    return hook in _OLDER and overrides(callback, _OLDER[hook])


def _of_this_process(callback: Callback) -> Callback:
    """The callback; or, where another process does what it does, one with the same hooks that does
    nothing: all processes have to take the same steps between them."""
    if is_first() or not callback._tells:
        return callback
    hooks: dict = {hook: lambda *_: None for hook in HOOKS if overrides(callback, hook)}
    if type(callback).get_state is not Callback.get_state:  # a checkpoint has one for each
        hooks |= {"get_state": lambda _: callback.get_state(), "set_state": lambda *_: None}
    return type(type(callback).__name__, (Callback,), hooks)()


#: Hooks before which all hooks of batches have been called.
_END_OF_BATCHES = {"on_epoch_end", "on_test_begin", "on_test_end", "on_predict_end", "on_train_end"}


def _is_users(callback: Any) -> bool:
    """Whether a callback does what its user says; the library's own count every batch."""
    return is_user_defined(type(callback)) or callback._made_of_functions


class CallbackList:
    """Several callbacks as one; it knows which hooks are overridden.

    It has every hook of `Callback`; each calls the callbacks that override it, in order, with the
    same ``logs`` dict.

    Args:
        callbacks: a callback, or callbacks in nested lists; None (default) for none.
        add_history: whether to add a `History` if there is none, for a custom training loop;
            default False. ``fit`` has one anyway.
        add_progbar: whether to add a `ProgbarLogger` if there is none; default False.
        model: passed to ``set_model`` of each callback; default None.
        params: passed to ``set_params`` of each callback.

    Attributes:
        per_epoch: whether any callback overrides a hook of epochs.
        per_batch: whether any callback overrides a hook of the batches of ``fit``.
        per_test_batch, per_predict_batch: the same for ``evaluate`` and ``predict``.
        watchers: the callbacks that are `Watcher` objects.

    >>> from brickwork.callbacks import CallbackList, LambdaCallback
    >>> callbacks = CallbackList([LambdaCallback(on_epoch_end=lambda epoch, logs: print(logs))])
    >>> callbacks.on_epoch_end(0, {"loss": 0.5})
    {'loss': 0.5}
    """

    per_epoch: bool
    per_batch: bool
    per_test_batch: bool
    per_predict_batch: bool
    watchers: list[Watcher]

    if TYPE_CHECKING:

        def __getattr__(self, hook: str) -> Callable[..., None]: ...

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Model | None = None,
        **params: Any,
    ):
        self.callbacks: list[Callback] = [*map(_of_this_process, _flattened(callbacks))]
        self.every = 1
        self._kept: dict = {}
        if add_history or add_progbar:
            self._add_usual(add_history, add_progbar)
        self._find_hooks()
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def append(self, callback: Callback) -> None:
        """Add a callback at the end.

        Args:
            callback: a `Callback`, or a list of them.
        """
        self.callbacks.extend(map(_of_this_process, _flattened(callback)))
        self._find_hooks()

    def remove(self, callback: Callback) -> None:
        """Remove a callback.

        Args:
            callback: the `Callback`; others that are equal are kept.
        """
        self.callbacks = [known for known in self.callbacks if known is not callback]
        self._find_hooks()

    def _add_usual(self, history: bool, bar: bool) -> None:
        from .history import History
        from .progress_bar import ProgbarLogger

        for wanted, kind in ((history, History), (bar, ProgbarLogger)):
            if wanted and not any(isinstance(c, kind) for c in self.callbacks):
                self.callbacks.append(kind())

    def set_params(self, params: dict[str, Any]) -> None:
        """Pass the parameters of the run to each callback.

        Args:
            params: dict with "verbose", "epochs" and "steps".
        """
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Model) -> None:
        """Pass the model to each callback.

        Args:
            model: the `Model`.
        """
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)
        every = getattr(model, "steps_per_execution", 1)
        if every != self.every:
            self.every = every
            self._find_hooks()

    def look(self, epoch: int, current: Any, step: int = 0) -> None:
        """Call `Watcher.look` of each watcher.

        Args:
            epoch: int, index of the current epoch from 0.
            current: function without arguments that returns a dict of the metrics so far.
            step: int, the number of batches of the epoch that are done; default 0.
        """
        for watcher in self.watchers:
            watcher.step = step
            watcher.look(epoch, current)

    def replaces_progress_bar(self, verbose: int) -> bool:
        """Return whether a callback replaces the progress bar.

        Args:
            verbose: int, as for ``fit``.

        Returns:
            A bool.
        """
        return any(
            c._replaces_progress_bar(verbose) for c in self.callbacks if isinstance(c, Callback)
        )

    def stride(self) -> int:
        """Return the number of steps within which a watcher is to be called again.

        Returns:
            An int; 0 for any number.
        """
        if not self.watchers:
            return 0
        wanted = [watcher._stride() for watcher in self.watchers]
        return min(filter(None, wanted), default=0)

    def stops_at_epoch(self) -> bool:
        """Return whether a watcher is to be called at the end of this epoch.

        Returns:
            A bool.
        """
        return any(watcher._stops_at_epoch() for watcher in self.watchers)

    def check_names(self, names: Iterable[str], validates: bool) -> None:
        """Raise, before the first step, for names that callbacks need and no logs will have.

        Args:
            names: names of the metrics.
            validates: whether there will be a validation.
        """
        if not self.callbacks:
            return
        names, ours = list(names), [c for c in self.callbacks if isinstance(c, Callback)]
        epoch_names = [f"val_{name}" for name in names] if validates else []
        epoch_names += [name for callback in ours for name in callback._added_logs()]
        complete = not any(_may_write(c) for c in self.callbacks)
        for callback in ours:
            callback._check_names(names, epoch_names, complete)

    def notify_not_finite(self, batch: int) -> bool:
        """Notify the callbacks that the loss of a batch is not finite.

        Args:
            batch: int, index of the batch in the epoch from 0.

        Returns:
            A bool, whether one of them has told the user.
        """
        return any(self._notify("_on_not_finite", batch))

    def notify_train_end(self) -> None:
        """Notify the callbacks that training ends; see `Callback._before_train_end`."""
        self._notify("_before_train_end")

    def notify_fit_begin(self, state: Any) -> None:
        """Notify the callbacks that ``fit`` begins.

        Args:
            state: the `training.resumption.TrainingState` of this ``fit``.
        """
        self._notify("_on_fit_begin", state)

    def notify_fit_error(self) -> None:
        """Notify all callbacks that an error ends ``fit``.

        Raises:
            BaseException: the first error of a callback, after all have been notified.
        """
        failed = None
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                try:
                    callback._on_fit_error()
                except BaseException as error:
                    failed = failed or error
        if failed is not None:
            raise failed

    def _notify(self, name: str, *args) -> list:
        ours = [c for c in self.callbacks if isinstance(c, Callback)]
        return [getattr(callback, name)(*args) for callback in ours]

    def _find_hooks(self) -> None:
        self.watchers = [c for c in self.callbacks if isinstance(c, Watcher)]
        if not self.callbacks and self.every == 1:  # nothing listens
            self.__dict__.update(_NOBODY, watchers=[])
            return
        found = {hook: [c for c in self.callbacks if overrides(c, hook)] for hook in HOOKS}
        for hook, registered in found.items():
            setattr(self, hook, self._caller(hook, registered))
        self.per_epoch, self.per_batch, self.per_test_batch, self.per_predict_batch = [
            bool(found[f"on_{part}_begin"] or found[f"on_{part}_end"])
            for part in ("epoch", "train_batch", "test_batch", "predict_batch")
        ]

    def any_overrides(self, *hooks: str) -> bool:
        """Return whether any callback overrides any of these hooks.

        Args:
            hooks: names of hooks, such as "on_epoch_end".

        Returns:
            A bool.
        """
        return any(overrides(c, hook) for c in self.callbacks for hook in hooks)

    def _caller(self, hook: str, registered: list):
        ends = self.every > 1 and hook in _END_OF_BATCHES
        if not registered and not ends:
            return _nothing
        if hook.endswith("_end"):
            registered.sort(key=lambda c: getattr(c, "_runs_last", False))
        methods = [self._method(c, hook) for c in registered]
        if _takes_index(hook):

            def call(index, logs=None):
                logs = {} if logs is None else logs
                for method in methods:
                    method(index, logs)
        else:

            def call(logs=None):
                logs = {} if logs is None else logs
                for method in methods:
                    method(logs)

        if ends:
            call = self._after_the_last(call)
        call.__name__ = hook
        return call

    def _method(self, callback: Any, hook: str) -> Callable[..., Any]:
        """The hook of a callback. Those of a user's for batches are called, with
        ``steps_per_execution=n``, before the first and after the last of each n, as in Keras."""
        method, every, kept = getattr(callback, hook), self.every, self._kept
        if every == 1 or "_batch_" not in hook or not _is_users(callback):
            return method

        def begin(index, logs):
            if index % every == 0:
                method(index, logs)

        def end(index, logs):
            # As in Keras the index is that of the last of n, also if there are fewer at the end.
            kept[method] = (index - index % every + every - 1, dict(logs))
            if (index + 1) % every == 0:
                method(*kept.pop(method))

        return begin if hook.endswith("_begin") else end

    def _after_the_last(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Call the hooks of batches that ended within n, before a hook of what comes after."""

        def called(*args):
            for method in list(self._kept):
                method(*self._kept.pop(method))
            call(*args)

        return called


def _may_write(callback) -> bool:
    """Whether a callback may add names to an epoch's logs."""
    return overrides(callback, "on_epoch_end") and _is_users(callback)


def _takes_index(hook: str) -> bool:
    """Whether the first argument of a hook is the index of an epoch or batch."""
    return "batch" in hook or "epoch" in hook


def _nothing(*_, **__) -> None:
    """A hook that no callback overrides."""


_NOBODY = dict.fromkeys(HOOKS, _nothing) | dict.fromkeys(
    ("per_epoch", "per_batch", "per_test_batch", "per_predict_batch"), False
)


def _flattened(callbacks) -> Iterator[Callback]:
    if callbacks is None:
        return
    if isinstance(callbacks, CallbackList):
        callbacks = callbacks.callbacks
    if isinstance(callbacks, type):
        raise ArgumentError(
            "callbacks",
            f"got the class {callbacks.__name__}, expected an object "
            f"of it; write {callbacks.__name__}().",
        )
    if (
        isinstance(callbacks, Iterable)
        and not isinstance(callbacks, str | bytes | dict)
        and (getattr(callbacks, "ndim", 1))
    ):
        for callback in callbacks:
            yield from _flattened(callback)
    elif all(hasattr(callbacks, name) for name in ("set_model", "set_params", *HOOKS)):
        yield callbacks
    else:
        raise ArgumentError(
            "callbacks", f"got {shown(callbacks)}, expected objects of subclasses of Callback."
        )
