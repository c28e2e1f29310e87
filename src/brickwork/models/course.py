"""How far a `fit` is: what a checkpoint must hold beside the model, so that another `fit` goes on
from there as if nothing had happened."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import numpy as np

from .. import random
from ..data import warn_once
from ..dialects import OldKeys
from ..fields import ArgumentError, shown
from ..saving.document import canonical, from_text
from ..saving.errors import MismatchedFile
from ..saving.tensors import KINDS
from .alike import difference, facts_of, rates_in, sample_of

#: How an array in a callback's state stands in the JSON: by the place that it has in the file.
_ARRAY = "__array__"


class Course:
    """One call of `fit`: where it begins, and what is kept of it.

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
    """

    source = tests = seed = None

    def __init__(self, model, callbacks=(), prepared=None, plain: dict | None = None):
        self.model, self.callbacks = model, callbacks
        self.prepared, self.plain = prepared, plain
        self.epoch = self.first_epoch = plain["initial_epoch"] if plain else 0
        self.batch, self.logs = 0, {}
        self._taken: tuple | None = None
        self._facts, self._rates, self._sample = "{}", [], None

    def remember(self) -> None:
        """Keep what tells this training apart from others, before it begins."""
        self._facts = canonical(facts_of(self.model, self.prepared, self.plain))
        self._rates, self._sample = self._rates_now(), sample_of(self.prepared)

    # In a file

    def save(self, path, epoch: int, batch: int = 0, logs=None) -> None:
        """Write a checkpoint: all that a training is, when so many batches of an epoch are done,
        with these logs."""
        from ..saving import brick

        self._taken = None  # what this training went on from is not needed any more
        model, arrays, states = self.model, {}, []
        for holder in self._holders():
            name = type(holder).__name__
            state = holder.get_state()
            states.append([name, _apart(state, arrays, f"training/{len(states)}/", name)])
        if batch:
            arrays |= {f"training/metrics/{i}": v.numpy() for i, v in enumerate(self._metrics())}
        if random._shared is not None:
            arrays |= {f"training/shared_seed/{i}": v.numpy()
                       for i, v in enumerate(random._shared.variables)}
        brick.save_weights(model, path, {
            "epoch": epoch, "batch": batch, "stop": bool(getattr(model, "stop_training", False)),
            "facts": self._facts, "rates": [self._rates, self._rates_now()],
            "sample": self._sample, "states": states,
            "logs": _apart(dict(logs or {}), arrays, "training/logs/", "logs"),
            "shuffle": model._shuffling() if model.compiled else None,
            "source": self.source.place() if self.source else None,
            "tests": self.tests.drawn if self.tests else None}, arrays)

    def take(self, path) -> None:
        """Read a checkpoint, and have this training go on from it; `begin` puts all of it in
        place.

        Raises:
            OSError, FileError: see `saving.errors`.
            ArgumentError: for one of another training.
        """
        from ..saving import brick

        shown_path = os.fspath(path)
        container, document = brick.opened(path)
        said = document.get("training")
        if not isinstance(said, dict):
            raise MismatchedFile(f"{shown_path}: holds weights alone, expected a checkpoint of a "
                                 "training.")
        with brick.damaged_if_wrong(shown_path):
            self._refuse_another(said, shown_path)
            self.epoch, self.batch = said["epoch"], said["batch"]
            self.logs = OldKeys(_together(said["logs"], container))
        self._taken = container, document, shown_path
        self.model._initial_epoch = self.epoch
        self._restore_model()

    def _refuse_another(self, said: dict, shown_path: str) -> None:
        told = difference(json.loads(self._facts), from_text(said["facts"].encode(), shown_path))
        if told:
            raise ArgumentError("BackupAndRestore", f"{shown_path} was written by another "
                                f"training: {told}. Give the same again to go on with it, another "
                                "backup_dir to train beside it, or remove the file to begin anew.")
        begun, last = said["rates"]
        if self._rates not in (begun, last):
            warn_once("resume", f"BackupAndRestore: the training goes on with the learning rate of "
                                f"{shown_path}, {_listed(last)}, not with {_listed(self._rates)}.")
        if said["sample"] and self._sample and said["sample"] != self._sample:
            warn_once("resume", f"BackupAndRestore: the data are not those that {shown_path} was "
                                "trained on. If they are split at random, give the split a seed, "
                                "so that rows of the validation are not trained on.")
        self._rates = begun

    def _rates_now(self) -> list[float]:
        optimizer = self.model.optimizer
        return [] if optimizer is None else rates_in(optimizer.get_config())

    # In place

    def begin(self) -> None:
        """Settle where the training begins, once its callbacks are ready."""
        model = self.model
        if self._taken is not None:
            self.restore()
            model._shuffle_as(self._taken[1]["training"]["shuffle"])
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
        if self._taken is None:
            return
        container, document, path = self._taken
        from ..saving import brick

        self._restore_model()
        with brick.damaged_if_wrong(path):
            said = document["training"]
            self.model.stop_training = bool(said["stop"])
            pairs = list(self._paired(said["states"], container, path))
            if "training/shared_seed/0" in container.places:
                _store(random.shared_generator().variables, container, "shared_seed")
        for holder, state in pairs:
            holder.set_state(state)

    def _paired(self, states: list, container, path: str) -> Iterator[tuple]:
        """Each of those who have a state with theirs in the file: the first of a class with the
        first of that class there."""
        left = list(states)
        for holder in self._holders():
            name = type(holder).__name__
            state = next((s for s in left if s[0] == name), None)
            if state is None:
                warn_once("resume", f"BackupAndRestore: {path} knows nothing of a {name}, which "
                                    "begins anew.")
                continue
            left.remove(state)
            yield holder, _together(state[1], container)
        for name, _ in left:
            warn_once("resume", f"BackupAndRestore: {path} holds the state of a {name}, which "
                                "this training does not have.")

    def restore_metrics(self) -> None:
        """Let the metrics know the batches that are done, once they are made."""
        _store(self._metrics(), self._taken[0], "metrics")

    def restore_place(self) -> None:
        """Let streams go on where they were."""
        said = self._taken[1]["training"] if self._taken else {}
        if self.tests is not None and said.get("tests"):
            self.tests.go_on(said["tests"])
        if self.source is not None and said.get("source"):
            self.source.go_on(said["source"])
        elif self.source is not None and self.seed is not None:
            self.source.skip(self.epoch - self.first_epoch, self.prepared.steps)

    def _restore_model(self) -> None:
        from ..saving import brick

        brick.give_weights(self.model, *self._taken)

    def _metrics(self) -> list:
        return [v for tracker in self.model.compiled.trackers for v in tracker.variables]

    def _holders(self) -> Iterator:
        """Who has a state of its own: callbacks, and the data."""
        source = getattr(self.prepared.data if self.prepared else None, "source", None)
        for holder in (*self.callbacks, *([] if source is None else [source])):
            if callable(getattr(holder, "get_state", None)) and (
                    callable(getattr(holder, "set_state", None))) and not _has_none(holder):
                yield holder


def _has_none(holder) -> bool:
    """Whether a callback has the methods of `Callback` alone."""
    from ..callbacks import Callback

    return getattr(type(holder), "get_state", None) is Callback.get_state


def _apart(value, arrays: dict, before: str, owner: str):
    """A state as JSON, its arrays put among the arrays of the file."""
    if isinstance(value, np.ndarray):
        if value.dtype.name not in KINDS:
            raise ArgumentError(f"{owner}.get_state", f"got an array of {value.dtype}, expected "
                                "numbers.")
        name = f"{before}{len(arrays)}"
        arrays[name] = value
        return {_ARRAY: name}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _apart(part, arrays, before, owner) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_apart(part, arrays, before, owner) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ArgumentError(f"{owner}.get_state", f"got {shown(value)}, which a file cannot hold; "
                        "expected numbers, strings, arrays, and lists and dicts by strings of "
                        "them.")


def _together(value, container):
    """The inverse of `_apart`; arrays may be written to."""
    if isinstance(value, dict):
        if value.keys() == {_ARRAY}:
            return np.array(container.array(value[_ARRAY]))
        return {key: _together(part, container) for key, part in value.items()}
    return [_together(part, container) for part in value] if isinstance(value, list) else value


def _store(variables, container, what: str) -> None:
    for i, variable in enumerate(variables):
        variable.store(container.array(f"training/{what}/{i}"))


def _listed(rates: list[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in rates)
