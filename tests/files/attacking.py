"""An attack: a good file in which something was changed, and the commonest changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brick_files import changed
from good_files import file_of


@dataclass(frozen=True)
class Attack:
    """A file that must not be loaded.

    Attributes:
        row: of the hazards.
        name: what it tries.
        make: returns the bytes.
        how: "model", or "weights": given to `load_weights` of the model `victim`.
    """

    row: str
    name: str
    make: Callable[[], bytes]
    how: str = "model"
    victim: str = "small"


def file(row: str, name: str, change, source: str = "small", arrays=None, **said) -> Attack:
    return Attack(row, name, lambda: changed(file_of(source), change, arrays, **said))


def layer(row: str, name: str, number: int, change, source: str = "small") -> Attack:
    """A change of the config of one layer."""

    def document(whole):
        entry = whole["model"]["config"]["layers"][number]
        whole["model"]["config"]["layers"][number] = change(entry) or entry

    return file(row, name, document, source)


def argument(row: str, what: str, number: int, source: str = "small", /, **config) -> Attack:
    return layer(row, what, number, lambda entry: entry["config"].update(config), source)


def other_class(row: str, class_name: str, config=None, **more) -> Attack:
    """Another class in the place of the second layer."""
    return layer(
        row,
        f"{class_name} with {str(config)[:30]} {str(more)[:40]}",
        1,
        lambda _: {"class_name": class_name, "config": config or {}, **more},
    )


def without_probe(arrays) -> None:
    for name in [name for name in arrays if name.startswith("probe/")]:
        del arrays[name]


def tensor(*history):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": list(history)}}
