"""The layout of a model's weights in files of Keras 3: the path of each array.

A layer's own weights are ``vars/0``, ``vars/1`` ..., those created as trainable first. A nested
layer is named by the attribute that holds it, or in a list by its class, with a number if that name
is used already: ``layers/dense_1/vars/0``. Attributes are visited in alphabetical order, those with
a leading underscore last; nothing is written twice.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...custom_objects import is_user_defined
from ...errors import ArgumentError
from ...layers.layer import Layer
from ...layers.lora import Adaptable
from ...models import Functional, Model, Sequential
from ...optimizers import Optimizer
from ...optimizers.more_weights import variables_for
from ...registry import snake_case
from ...stack_level import outside
from ..errors import DamagedFile, MismatchedFile
from .own_stores import all_or_none, load_by, loads_itself, saved_by, saves_itself
from .state import state_of


@dataclass(slots=True)
class Slot:
    """The shape of an array in a file, and functions that read and write it in the model."""

    shape: tuple[int, ...]
    read: Callable[[], np.ndarray]
    write: Callable[[np.ndarray], Any]


@dataclass(slots=True)
class Place:
    """A layer, model or optimizer, and its path in a file."""

    path: str
    owner: Any

    def under(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name


def places(model) -> list[Place]:
    """Everything in a model that has variables, in the order of Keras's traversal."""
    found, seen = [], set()
    stack = [Place("", model)]
    while stack:
        place = stack.pop()
        if id(place.owner) in seen:
            continue
        seen.add(id(place.owner))
        found.append(place)
        inside = []
        for name, value in _attributes(place.owner):
            inside += _spread(place.under(name), value)
        stack.extend(reversed(inside))
    return found


def _spread(path: str, value) -> Iterator[Place]:
    """The places in the value of an attribute, containers included."""
    if _has_variables(value):
        yield Place(path, value)
    elif isinstance(value, list | tuple | dict):
        used: dict[str, int] = {}
        for part in value.values() if isinstance(value, dict) else value:
            if _has_variables(part):
                yield Place(f"{path}/{_unique(class_name(part), used)}", part)
            elif isinstance(part, list | tuple | dict):
                yield from _spread(f"{path}/{_unique('container', used)}", part)


def class_name(layer) -> str:
    """The name of an object's class in paths."""
    return snake_case(type(layer).__name__)


def _unique(name: str, used: dict[str, int]) -> str:
    used[name] = number = used.get(name, -1) + 1
    return f"{name}_{number}" if number else name


def _has_variables(value) -> bool:
    return isinstance(value, Layer | Optimizer)


def _attributes(owner) -> Iterator[tuple[str, Any]]:
    """The attributes of an object by name, in Keras's order."""
    if isinstance(owner, Optimizer):
        if hasattr(owner, "inner_optimizer"):
            yield "inner_optimizer", owner.inner_optimizer
        return
    held = {
        name: value
        for name, value in vars(owner).items()
        if name not in _base_attributes()
        and not (
            isinstance(owner, Layer) and not is_user_defined(type(owner)) and name.startswith("_")
        )
    }
    if isinstance(owner, Model):
        if isinstance(owner, Sequential | Functional):
            yield "layers", owner.layers
            held = held if is_user_defined(type(owner)) else {}
        else:
            held["layers"] = owner.layers
        if owner.optimizer is not None:
            held["optimizer"] = owner.optimizer
    for name in sorted(held, key=lambda name: f"~{name}" if name.startswith("_") else name):
        yield name, held[name]


def _base_attributes() -> set[str]:
    """The internal attributes that every layer or model has."""
    return {
        "_layers",
        "_weights",
        "_nodes",
        "_programs",
        "_kept_walk",
        "_changes",
        "_model",
        "_given",
        "_built_shape",
        "_losses",
        "_trainable",
        "_first",
        "_ends",
        "_graph",
        "_host_graph",
        "_engine_graph",
        "_symbols",
        "_model_programs",
        "_compiled",
        "history",
    }


def slots(place: Place, model=None) -> dict[str, Slot]:
    """The arrays of a layer or optimizer itself, by their paths; of an optimizer those for the
    weights of the model."""
    owner, found = place.owner, []
    if isinstance(owner, Optimizer):
        found = [_of_variable(v) for v in variables_for(owner, model.variables)]
    elif isinstance(owner, Adaptable) and owner.lora_enabled:
        found = _merged(owner)
    elif not getattr(owner, "_host", False) or isinstance(owner, Model):
        # A variable of an op between layers is a constant of the op there.
        constants = {id(v) for v in getattr(owner, "_between", ())}
        found = [_of_variable(v) for v in owner.own_variables() if id(v) not in constants]
    return {place.under(f"vars/{i}"): slot for i, slot in enumerate(found)}


# Writing


def arrays_of(model, with_optimizer: bool = True) -> dict[str, np.ndarray]:
    """Every array of a model by path."""
    found = {}
    for place in _stored_places(model, with_optimizer):
        if saves_itself(place.owner):
            own = saved_by(place.owner)
            found |= {place.under(f"vars/{name}"): array for name, array in own.items()}
            continue
        found |= {path: slot.read() for path, slot in slots(place, model).items()}
        weights = getattr(place.owner, "get_state", dict)().get("idf_weights")
        if weights is not None:
            found[place.under("vars/idf_weights")] = weights
    return found


def texts_of(model, with_optimizer: bool = True) -> dict[str, dict[str, str]]:
    """The names of layers, as attributes of their groups."""
    return {
        place.under("vars"): {"name": place.owner.name}
        for place in _stored_places(model, with_optimizer)
    }


def assets_of(model) -> dict[str, str]:
    """The vocabularies that are not in the config, one token a line."""
    found = {}
    for place in places(model):
        layer = place.owner
        if _has_table(layer) and layer.get_state():
            table = getattr(layer, "lookup", layer)
            tokens = list(map(str, table.get_vocabulary()))
            if any(token.splitlines() != [token] for token in tokens if token):
                raise ArgumentError(
                    f"{layer.name}",
                    "got a token with a line break, which "
                    "Keras's files cannot hold; save as .brick.",
                )
            found[place.under("vocabulary.txt")] = "\n".join(tokens)
            if table is not layer:
                found[place.under("_lookup_layer/vocabulary.txt")] = "\n".join(tokens)
    return found


def _has_table(layer) -> bool:
    return (
        hasattr(layer, "get_vocabulary")
        and not getattr(layer, "_fixed", False)
        and not (getattr(getattr(layer, "lookup", None), "_fixed", False))
    )


def _stored_places(model, with_optimizer: bool) -> list[Place]:
    return [
        place for place in places(model) if with_optimizer or not isinstance(place.owner, Optimizer)
    ]


# Reading


def fill(model, file, with_optimizer: bool, skip_mismatch: bool = False) -> None:
    """Set a model's weights from a file: all or, if one does not fit, none.

    Args:
        file: the file, an `Opened`.
        skip_mismatch: whether to leave layers unchanged that do not fit, with a warning.
    """
    if any(loads_itself(place.owner) for place in places(model)):
        with all_or_none(model):
            load_by(places, model, file, with_optimizer, skip_mismatch)
            return _fill_others(model, file, with_optimizer, skip_mismatch)
    return _fill_others(model, file, with_optimizer, skip_mismatch)


def _fill_others(model, file, with_optimizer: bool, skip_mismatch: bool) -> None:
    """`fill`, but for what `load_by` has filled."""
    under = _by_group(file.arrays)
    wanted: dict[str, Slot] = {}
    for place in places(model):
        if not isinstance(place.owner, Optimizer) and not loads_itself(place.owner):
            wanted |= _fitting(place, slots(place), under, file, skip_mismatch)
    if with_optimizer and model.optimizer is not None and not loads_itself(model.optimizer):
        wanted |= _of_optimizer(model, under, file)
    tables = _tables(model, file)
    weights = {path: file.arrays[path][0] for _, _, path in tables if path}
    values = file.read({path: slot.shape for path, slot in wanted.items()} | weights)
    for layer, lines, path in tables:
        layer.set_vocabulary(lines, *([values[path][: len(lines)]] if path else []))
    for path, slot in wanted.items():
        slot.write(values[path])


def _by_group(arrays: dict[str, tuple]) -> dict[str, list[str]]:
    """The names of the arrays in each group."""
    found: dict[str, list[str]] = {}
    for path in arrays:
        group, _, name = path.rpartition("/")
        found.setdefault(group, []).append(name)
    return found


def _fitting(place: Place, own: dict[str, Slot], under: dict, file, skip: bool) -> dict[str, Slot]:
    """The slots by the file's paths; raises or warns if one is missing or has another shape."""
    group = place.under("vars")
    if group not in under:  # Keras 2.12
        older = re.sub(r"(^|/)layers(?=/)", r"\1_layer_checkpoint_dependencies", group)
        group = older if older in under else group
    there = [name for name in under.get(group, ()) if name.isdigit()]
    renamed = {f"{group}/{i}": slot for i, slot in enumerate(own.values())}
    problem = None
    if len(there) != len(own) and (own or type(place.owner).__name__ != "Discretization"):
        problem = f"got {len(there)} arrays, expected {len(own)}"
    else:
        for path, slot in renamed.items():
            shape = file.arrays.get(path, (None,))[0]
            if shape != slot.shape:
                problem = f"got an array of shape {shape}, expected {slot.shape}"
    if problem is None:
        return renamed
    problem = f"{file.path}: {place.owner.name} ({group}): {problem}"
    if not skip:
        raise MismatchedFile(
            f"{problem}. It holds the weights of another model; no weight was changed."
            if own or place.owner.built
            else f"{problem}: the model has not made its weights yet. Call it on a batch of data, "
            "then load them."
        )
    warnings.warn(f"{problem}; this layer is left unchanged.", stacklevel=outside())
    return {}


def _of_optimizer(model, under: dict, file) -> dict[str, Slot]:
    """The slots of the optimizer, which is built if that of the file was."""
    number = sum(name.isdigit() for name in under.get("optimizer/vars", ()))
    paths = [f"optimizer/vars/{i}" for i in range(number)]
    found = state_of(model, paths, file)
    return {path: _of_variable(variable) for path, variable in found.items()}


def _tables(model, file) -> list[tuple[Any, list, str | None]]:
    """Each layer with a vocabulary in the file, its tokens, and the path of its IDF weights."""
    found = []
    for place in places(model):
        text = file.files.get(f"assets/{place.under('vocabulary.txt')}")
        if text is None or not _has_table(place.owner):
            continue
        lines = text.splitlines()
        while lines and lines[-1] == "":
            lines.pop()
        if getattr(place.owner, "input_kind", "string") == "int64":
            try:
                lines = list(map(int, lines))
            except ValueError:
                raise DamagedFile(
                    f"{file.path}: {place.owner.name}: its vocabulary has a token "
                    "that is not an integer."
                ) from None
        path = place.under("vars/idf_weights")
        found.append((place.owner, lines, path if path in file.arrays else None))
    return found


def _of_variable(variable) -> Slot:
    return Slot(tuple(variable.shape), variable.numpy, variable.assign)


def _merged(layer: Adaptable) -> list[Slot]:
    """The weights of a layer with LoRA, merged as in Keras: the sum of the weight and the product
    of the LoRA matrices, which are set to 0 when the file is read."""

    def write(value):
        weight.assign(value)
        layer.reset_lora()

    weight, *rest = layer.stored_variables()
    whole = Slot(tuple(weight.shape), lambda: np.asarray(layer.adapted_weight()), write)
    return [whole, *map(_of_variable, rest)]
