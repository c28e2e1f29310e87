"""Where a `fit` begins, anew or from a checkpoint, and who has a state that a checkpoint must hold
beside the model. Its files stand in `saving.checkpoint`."""

from __future__ import annotations

from collections.abc import Iterator


class Course:
    """One call of `fit`: where it begins, and who takes part in it.

    Args:
        model: the model.
        callbacks: those of the call.
        prepared, plain: its data and arguments; None for a training loop of the user's own.

    Attributes:
        epoch, batch: where it begins: so many batches of this epoch are done.
        first_epoch: the epoch that began the orders of rows which this call goes through.
        seed: of those orders; None where rows are not shuffled.
        source, tests: the training's and the validation's streams, where they are such.
        logs: of the batches that are done.
        taken: the `saving.checkpoint.Checkpoint` that it goes on from; None where it begins anew.
    """

    source = tests = seed = taken = None

    def __init__(self, model, callbacks=(), prepared=None, plain: dict | None = None):
        self.model, self.callbacks = model, callbacks
        self.prepared, self.plain = prepared, plain
        self.epoch = self.first_epoch = plain["initial_epoch"] if plain else 0
        self.batch, self.logs = 0, {}

    def begin(self) -> None:
        """Settle where the training begins, once its callbacks are ready."""
        model = self.model
        if self.taken is not None:
            self.restore()
            model._shuffle_as(self.taken.said["shuffle"])
        else:
            if model._initial_epoch is not None:  # a callback knows that some epochs are done
                self.epoch = model._initial_epoch
            self._take_up_order()
        self.first_epoch = model._first_epoch
        if self.plain["shuffle"]:
            self.seed = (model._shuffle_seed * 1_000_003 + model._data_passes) % 2**63

    def _take_up_order(self) -> None:
        """Rows come in other orders in each call of `fit`, all of them decided by `compile`. Only a
        call that begins at a later epoch than the last one takes up that one's orders, so that
        epochs are the same in one call or in several."""
        model, shuffle = self.model, self.plain["shuffle"]
        if shuffle and model._data_passes and self.epoch > model._first_epoch:
            return
        model._data_passes += bool(shuffle)
        model._first_epoch = self.epoch

    def restore(self) -> None:
        """Put a checkpoint's state in place. Twice if it is of the middle of an epoch: for what
        callbacks do when that begins, they see it, and what they changed has been done before."""
        if self.taken is not None:
            self.taken.restore(self)

    def restore_metrics(self) -> None:
        """Let the metrics know the batches that are done, once they are made."""
        self.taken.restore_metrics(self)

    def restore_place(self) -> None:
        """Let streams go on where they were."""
        said = self.taken.said if self.taken else {}
        if self.tests is not None and said.get("tests"):
            self.tests.go_on(said["tests"])
        if self.source is not None and said.get("source"):
            self.source.go_on(said["source"])
        elif self.source is not None and self.seed is not None:
            self.source.skip(self.epoch - self.first_epoch, self.prepared.steps)

    def metrics(self) -> list:
        """The variables that metrics add up in."""
        return [v for tracker in self.model.compiled.trackers for v in tracker.variables]

    def holders(self) -> Iterator:
        """Who has a state of its own: callbacks, and the data."""
        source = getattr(self.prepared.data if self.prepared else None, "source", None)
        for holder in (*self.callbacks, *([] if source is None else [source])):
            if callable(getattr(holder, "get_state", None)) and (
                    callable(getattr(holder, "set_state", None))) and not _has_none(holder):
                yield holder


def _has_none(holder) -> bool:
    """Whether a callback has the methods of `Callback` alone."""
    from .callback import Callback

    return getattr(type(holder), "get_state", None) is Callback.get_state
