"""Utilities: one-hot encoding, padding, seeds, streams, folders of texts, pictures, custom objects.

Each is imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_MODULES = {
    ".arrays": ("normalize", "pad_sequences", "to_categorical"),
    ".config": ("Config",),
    "..models.feature_space": ("FeatureSpace",),
    ".files": ("get_file",),
    ".folders": ("text_dataset_from_directory",),
    ".graphs": ("get_source_inputs", "is_keras_tensor"),
    ".progbar": ("Progbar",),
    ".seeds": ("clear_session", "set_random_seed"),
    ".streams": (
        "PyDataset",
        "Sequence",
        "pack_x_y_sample_weight",
        "split_dataset",
        "timeseries_dataset_from_array",
        "unpack_x_y_sample_weight",
    ),
    "..config": (
        "disable_interactive_logging",
        "enable_interactive_logging",
        "is_interactive_logging_enabled",
    ),
    "..data.parquet": ("ParquetTable",),
    "..pictures": ("model_to_dot", "plot_model"),
    "..program.dtypes": ("standardize_dtype",),
    "..saving": (
        "CustomObjectScope",
        "custom_object_scope",
        "deserialize_keras_object",
        "get_custom_objects",
        "get_registered_name",
        "get_registered_object",
        "register_keras_serializable",
        "serialize_keras_object",
    ),
}
_MODULE_OF = {name: place for place, names in _MODULES.items() for name in names}

__all__ = sorted(_MODULE_OF)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from ..config import (
        disable_interactive_logging as disable_interactive_logging,
        enable_interactive_logging as enable_interactive_logging,
        is_interactive_logging_enabled as is_interactive_logging_enabled,
    )
    from ..data.parquet import ParquetTable as ParquetTable
    from ..models.feature_space import FeatureSpace as FeatureSpace
    from ..pictures import model_to_dot as model_to_dot, plot_model as plot_model
    from ..program.dtypes import standardize_dtype as standardize_dtype
    from ..saving import (
        CustomObjectScope as CustomObjectScope,
        custom_object_scope as custom_object_scope,
        deserialize_keras_object as deserialize_keras_object,
        get_custom_objects as get_custom_objects,
        get_registered_name as get_registered_name,
        get_registered_object as get_registered_object,
        register_keras_serializable as register_keras_serializable,
        serialize_keras_object as serialize_keras_object,
    )
    from .arrays import (
        normalize as normalize,
        pad_sequences as pad_sequences,
        to_categorical as to_categorical,
    )
    from .config import Config as Config
    from .files import get_file as get_file
    from .folders import text_dataset_from_directory as text_dataset_from_directory
    from .graphs import get_source_inputs as get_source_inputs, is_keras_tensor as is_keras_tensor
    from .progbar import Progbar as Progbar
    from .seeds import clear_session as clear_session, set_random_seed as set_random_seed
    from .streams import (
        PyDataset as PyDataset,
        Sequence as Sequence,
        pack_x_y_sample_weight as pack_x_y_sample_weight,
        split_dataset as split_dataset,
        timeseries_dataset_from_array as timeseries_dataset_from_array,
        unpack_x_y_sample_weight as unpack_x_y_sample_weight,
    )
else:

    def __getattr__(name: str) -> Any:
        if name in _MODULE_OF:
            return getattr(import_module(_MODULE_OF[name], __name__), name)
        from ..spelling import attribute

        return attribute(__name__, name)


def __dir__() -> list[str]:
    return __all__
