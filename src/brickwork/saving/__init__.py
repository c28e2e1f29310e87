"""Saving and loading models; configs of objects, and the registry of custom objects."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..custom_objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from .configs import deserialize_keras_object, serialize_keras_object
from .errors import DamagedFile, FileError, MismatchedFile, NewerFile, NotAModelFile

#: Names that are loaded on first use.
_LATER = {
    "export_model",
    "load_model",
    "load_weights",
    "model_from_json",
    "model_to_json",
    "save_model",
    "save_weights",
}
__all__ = [
    "CustomObjectScope",
    "DamagedFile",
    "FileError",
    "KerasFileEditor",
    "MismatchedFile",
    "NewerFile",
    "NotAModelFile",
    "custom_object_scope",
    "deserialize_keras_object",
    "export_model",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "model_from_json",
    "model_to_json",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .file_editor import KerasFileEditor as KerasFileEditor
    from .models import (
        export_model as export_model,
        load_model as load_model,
        load_weights as load_weights,
        model_from_json as model_from_json,
        model_to_json as model_to_json,
        save_model as save_model,
        save_weights as save_weights,
    )
else:

    def __getattr__(name: str) -> Any:
        if name == "KerasFileEditor":
            return import_module(".file_editor", __name__).KerasFileEditor
        if name in _LATER:
            return getattr(import_module(".models", __name__), name)
        from ..spelling import attribute

        return attribute(__name__, name)
