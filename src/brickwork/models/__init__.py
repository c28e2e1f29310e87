"""Models: layers connected to each other, to be trained, evaluated and used for prediction."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .model import Model
from .sequential import Sequential

#: Names that are imported when they are first accessed.
_LATER = {
    "Functional": ".functional",
    "clone_model": ".cloning",
    "load_model": "..saving",
    "model_from_json": "..saving",
    "save_model": "..saving",
}
__all__ = [
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]

if TYPE_CHECKING:  # what is imported when it is first accessed
    from ..saving import (
        load_model as load_model,
        model_from_json as model_from_json,
        save_model as save_model,
    )
    from .cloning import clone_model as clone_model
    from .functional import Functional as Functional
else:

    def __getattr__(name: str) -> Any:
        if name in _LATER:
            return getattr(import_module(_LATER[name], __name__), name)
        from ..spelling import attribute

        return attribute(__name__, name)
