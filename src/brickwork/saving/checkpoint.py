"""Checkpoints: `.brick` files of weights that hold, beside them, where a training stands, so that
another `fit` goes on from there as if nothing had happened."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import numpy as np

from .. import random
from ..data import warn_once
from ..errors import ArgumentError, shown
from ..spelling import OldKeys
from . import brick
from .document import canonical, damaged_if_wrong, from_text
from .errors import MismatchedFile
from .restoring import give_weights
from .resume_checks import difference, facts_of, rates_in, sample_of
from .tensors import KINDS

#: How an array in a callback's state stands in the JSON: by the place that it has in the file.
_ARRAY = "__array__"


class Checkpoints:
    """The files of one training.

    Args:
        training: the `TrainingState` of a training that has not begun: what tells it
            apart from others is kept as it is now.
    """

    def __init__(self, training):
        self.training = training
        self.facts = canonical(facts_of(training.model, training.prepared, training.arguments))
        self.rates, self.sample = self._rates_now(), sample_of(training.prepared)

    def write(self, path, epoch: int, batch: int = 0, logs=None) -> None:
        """Write all that the training is when so many batches of an epoch are done, with these
        logs."""
        training, arrays, states = self.training, {}, []
        training.checkpoint = None  # what this training went on from is not needed any more
        for item in training.stateful_objects():
            name = type(item).__name__
            state = item.get_state()
            states.append([name, _apart(state, arrays, f"training/{len(states)}/", name)])
        if batch:
            arrays |= _numbered("metrics", training.metrics())
        if random._shared is not None:
            arrays |= _numbered("shared_seed", random._shared.variables)
        model = training.model
        brick.save_weights(model, path, {
            "epoch": epoch, "batch": batch, "stop": bool(getattr(model, "stop_training", False)),
            "facts": self.facts, "rates": [self.rates, self._rates_now()],
            "sample": self.sample, "states": states,
            "logs": _apart(dict(logs or {}), arrays, "training/logs/", "logs"),
            "shuffle": model._shuffling() if model.compiled else None,
            "source": training.source.position() if training.source else None,
            "tests": training.tests.drawn if training.tests else None}, arrays)

    def resume_from(self, path) -> None:
        """Resume from a file: restore the model's weights now; `TrainingState.begin` restores the
        rest.

        Raises:
            OSError, FileError: see `errors`.
            ArgumentError: for a checkpoint of another training.
        """
        checkpoint, training = Checkpoint(path), self.training
        with damaged_if_wrong(checkpoint.path):
            self._refuse_another(checkpoint)
            contents = checkpoint.contents
            training.epoch, training.batch = contents["epoch"], contents["batch"]
            training.logs = OldKeys(_together(contents["logs"], checkpoint.container))
        training.checkpoint, training.model._initial_epoch = checkpoint, training.epoch
        checkpoint.restore_model(training.model)

    def _refuse_another(self, checkpoint: Checkpoint) -> None:
        contents = checkpoint.contents
        facts = from_text(contents["facts"].encode(), checkpoint.path)
        different = difference(json.loads(self.facts), facts)
        if different:
            raise ArgumentError("BackupAndRestore", f"{checkpoint.path} was written by another "
                                f"training: {different}. Give the same again to go on with it, "
                                "another backup_dir to train beside it, or remove the file to "
                                "start again.")
        begun, last = contents["rates"]
        if self.rates not in (begun, last):
            warn_once("resume", "BackupAndRestore: the training goes on with the learning rate of "
                                f"{checkpoint.path}, {_listed(last)}, not with "
                                f"{_listed(self.rates)}.")
        if contents["sample"] and self.sample and contents["sample"] != self.sample:
            warn_once("resume", "BackupAndRestore: the data are not those that "
                                f"{checkpoint.path} was trained on. If they are split at random, "
                                "give the split a seed, so that rows of the validation are not "
                                "trained on.")
        self.rates = begun

    def _rates_now(self) -> list[float]:
        optimizer = self.training.model.optimizer
        return [] if optimizer is None else rates_in(optimizer.get_config())


class Checkpoint:
    """A checkpoint that was read.

    Args:
        path: of the file.

    Attributes:
        contents: what it says of the training.

    Raises:
        OSError, FileError: see `errors`.
    """

    def __init__(self, path):
        self.path = os.fsdecode(path)
        self.container, self.document = brick.opened(path)
        self.contents = self.document.get("training")
        if self.contents is None:
            raise MismatchedFile(f"{self.path}: holds weights alone, expected a checkpoint of a "
                                 "training.")

    def restore_model(self, model) -> None:
        """Give the model its weights, and the optimizer its state."""
        give_weights(model, self.container, self.document, self.path)

    def restore(self, training) -> None:
        """Put the model, the callbacks and the data where they were."""
        self.restore_model(training.model)
        with damaged_if_wrong(self.path):
            training.model.stop_training = bool(self.contents["stop"])
            pairs = list(self._paired(training))
            if "training/shared_seed/0" in self.container.places:
                self._store("shared_seed", random.shared_generator().variables)
        for item, state in pairs:
            item.set_state(state)

    def restore_metrics(self, training) -> None:
        """Let the metrics know the batches that are done."""
        self._store("metrics", training.metrics())

    def _paired(self, training) -> Iterator[tuple]:
        """Each of those who have a state with theirs in the file: the first of a class with the
        first of that class there."""
        left = list(self.contents["states"])
        for item in training.stateful_objects():
            name = type(item).__name__
            state = next((s for s in left if s[0] == name), None)
            if state is None:
                warn_once("resume", f"BackupAndRestore: {self.path} knows nothing of a {name}, "
                                    "which begins anew.")
                continue
            left.remove(state)
            yield item, _together(state[1], self.container)
        for name, _ in left:
            warn_once("resume", f"BackupAndRestore: {self.path} holds the state of a {name}, "
                                "which this training does not have.")

    def _store(self, what: str, variables) -> None:
        """The inverse of `_numbered`."""
        for i, variable in enumerate(variables):
            variable.store(self.container.array(f"training/{what}/{i}"))


def _numbered(what: str, variables) -> dict[str, np.ndarray]:
    return {f"training/{what}/{i}": v.numpy() for i, v in enumerate(variables)}


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


def _listed(rates: list[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in rates)
