"""Checkpoints: `.brick` files of weights with the state of a training, which another `fit` resumes
as if it had not been interrupted."""

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
from .restoring import assign_weights
from .resume_checks import difference, facts_of, rates_in, sample_of
from .tensors import DTYPE_NAMES

#: In the JSON of a callback's state an array is a dict with this key and its path in the file.
_ARRAY = "__array__"


class Checkpoints:
    """The checkpoints of one training.

    Args:
        training: the `TrainingState` of a training that has not started: its current
            configuration identifies it.
    """

    def __init__(self, training):
        self.training = training
        self.facts = canonical(facts_of(training.model, training.prepared, training.arguments))
        self.rates, self.sample = self._current_rates(), sample_of(training.prepared)

    def write(self, path, epoch: int, batch: int = 0, logs=None) -> None:
        """Write the state of the training after `batch` batches of an epoch, with its logs."""
        training, arrays, states = self.training, {}, []
        training.checkpoint = None  # the one it was resumed from is not needed any more
        for item in training.stateful_objects():
            name = type(item).__name__
            state = item.get_state()
            states.append([name, _to_json(state, arrays, f"training/{len(states)}/", name)])
        if batch:
            arrays |= _indexed("metrics", training.metrics())
        if random._shared is not None:
            arrays |= _indexed("shared_seed", random._shared.variables)
        model = training.model
        brick.save_weights(
            model,
            path,
            {
                "epoch": epoch,
                "batch": batch,
                "stop": bool(getattr(model, "stop_training", False)),
                "facts": self.facts,
                "rates": [self.rates, self._current_rates()],
                "sample": self.sample,
                "states": states,
                "logs": _to_json(dict(logs or {}), arrays, "training/logs/", "logs"),
                "shuffle": model._shuffling() if model._compiled else None,
                "source": training.source.position() if training.source else None,
                "tests": training.tests.drawn if training.tests else None,
            },
            arrays,
        )

    def resume_from(self, path) -> None:
        """Resume the training from a file.

        The model gets its weights at once; `TrainingState.begin` restores everything else.

        Raises:
            OSError, FileError: see `errors`.
            ArgumentError: for a checkpoint of another training.
        """
        checkpoint, training = Checkpoint(path), self.training
        contents = checkpoint.contents
        with damaged_if_wrong(checkpoint.path):
            self._check_training(checkpoint)
            training.epoch, training.batch = contents["epoch"], contents["batch"]
            training.logs = OldKeys(_from_json(contents["logs"], checkpoint.container))
        training.checkpoint, training.model._initial_epoch = checkpoint, training.epoch
        checkpoint.restore_model(training.model)

    def _check_training(self, checkpoint: Checkpoint) -> None:
        path, contents = checkpoint.path, checkpoint.contents
        facts = from_text(contents["facts"].encode(), path)
        if differing := difference(json.loads(self.facts), facts):
            raise ArgumentError(
                "BackupAndRestore",
                f"{path} was written by another training: "
                f"{differing}. Use the same settings to resume it, another "
                "backup_dir to train separately, or remove the file to start from "
                "the beginning.",
            )
        first, last = contents["rates"]
        if self.rates not in (first, last):
            warn_once(
                "resume",
                "BackupAndRestore: the training resumes with the learning rate of "
                f"{path}, {_rate_list(last)}, not with {_rate_list(self.rates)}.",
            )
        if contents["sample"] and self.sample and contents["sample"] != self.sample:
            warn_once(
                "resume",
                f"BackupAndRestore: the data differ from those that {path} was "
                "trained on. If they are split at random, set the seed of the "
                "split, so that no validation rows are trained on.",
            )
        self.rates = first

    def _current_rates(self) -> list[float]:
        optimizer = self.training.model.optimizer
        return [] if optimizer is None else rates_in(optimizer.get_config())


class Checkpoint:
    """A checkpoint read from a file.

    Args:
        path: path of the file.

    Attributes:
        contents: the state of the training, as written by `Checkpoints.write`.

    Raises:
        OSError, FileError: see `errors`.
    """

    def __init__(self, path):
        self.path = os.fsdecode(path)
        self.container, self.document = brick.opened(path)
        self.contents = self.document.get("training")
        if self.contents is None:
            raise MismatchedFile(
                f"{self.path}: holds only weights, expected a checkpoint of a training."
            )

    def restore_model(self, model) -> None:
        """Restore the model's weights and the optimizer's state."""
        assign_weights(model, self.container, self.document, self.path)

    def restore(self, training) -> None:
        """Restore the state of the model, the callbacks and the data."""
        self.restore_model(training.model)
        with damaged_if_wrong(self.path):
            training.model.stop_training = bool(self.contents["stop"])
            pairs = list(self._matched(training))
            if "training/shared_seed/0" in self.container.places:
                self._store("shared_seed", random.shared_generator().variables)
        for item, state in pairs:
            item.set_state(state)

    def restore_metrics(self, training) -> None:
        """Restore the metrics of the batches that are done."""
        self._store("metrics", training.metrics())

    def _matched(self, training) -> Iterator[tuple]:
        """Pairs of an object and its state in the file, matched by class and order."""
        left = list(self.contents["states"])
        for item in training.stateful_objects():
            name = type(item).__name__
            state = next((s for s in left if s[0] == name), None)
            if state is None:
                warn_once(
                    "resume",
                    f"BackupAndRestore: {self.path} has no state of a {name}, "
                    "which starts from the beginning.",
                )
                continue
            left.remove(state)
            yield item, _from_json(state[1], self.container)
        for name, _ in left:
            warn_once(
                "resume",
                f"BackupAndRestore: {self.path} holds the state of a {name}, "
                "which this training does not have.",
            )

    def _store(self, what: str, variables) -> None:
        """The inverse of `_indexed`."""
        for i, variable in enumerate(variables):
            variable.store(self.container.array(f"training/{what}/{i}"))


def _indexed(what: str, variables) -> dict[str, np.ndarray]:
    return {f"training/{what}/{i}": v.numpy() for i, v in enumerate(variables)}


def _to_json(value, arrays: dict, prefix: str, owner: str):
    """A state as JSON types; its arrays are added to the arrays of the file."""
    if isinstance(value, np.ndarray):
        if value.dtype.name not in DTYPE_NAMES:
            raise ArgumentError(
                f"{owner}.get_state", f"got an array of {value.dtype}, expected a numeric dtype."
            )
        name = f"{prefix}{len(arrays)}"
        arrays[name] = value
        return {_ARRAY: name}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _to_json(part, arrays, prefix, owner) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(part, arrays, prefix, owner) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ArgumentError(
        f"{owner}.get_state",
        f"got {shown(value)}, which a file cannot hold; "
        "expected numbers, strings, arrays, or lists and dicts of these, with "
        "strings as keys.",
    )


def _from_json(value, container):
    """The inverse of `_to_json`; the arrays are writeable."""
    if isinstance(value, dict):
        if value.keys() == {_ARRAY}:
            return np.array(container.array(value[_ARRAY]))
        return {key: _from_json(part, container) for key, part in value.items()}
    return [_from_json(part, container) for part in value] if isinstance(value, list) else value


def _rate_list(rates: list[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in rates)
