"""Utilities: one-hot encoding, padding, seeds, streams, folders of texts, pictures, custom objects.

Each is imported on first use.
"""

from importlib import import_module

_PLACES = {
    ".arrays": ("normalize", "pad_sequences", "to_categorical"),
    ".config": ("Config",),
    "..models.feature_space": ("FeatureSpace",),
    ".files": ("get_file",),
    ".folders": ("text_dataset_from_directory",),
    ".graphs": ("get_source_inputs", "is_keras_tensor"),
    ".progbar": ("Progbar",),
    ".seeds": ("clear_session", "set_random_seed"),
    ".streams": ("PyDataset", "Sequence", "pack_x_y_sample_weight", "split_dataset",
                 "timeseries_dataset_from_array", "unpack_x_y_sample_weight"),
    "..config": ("disable_interactive_logging", "enable_interactive_logging",
                 "is_interactive_logging_enabled"),
    "..pictures": ("model_to_dot", "plot_model"),
    "..program.dtypes": ("standardize_dtype",),
    "..saving": ("CustomObjectScope", "custom_object_scope", "deserialize_keras_object",
                 "get_custom_objects", "get_registered_name", "get_registered_object",
                 "register_keras_serializable", "serialize_keras_object"),
}
_FOUND = {name: place for place, names in _PLACES.items() for name in names}

__all__ = sorted(_FOUND)


def __getattr__(name: str):
    if name in _FOUND:
        return getattr(import_module(_FOUND[name], __name__), name)
    from ..spelling import attribute

    return attribute(__name__, name)


def __dir__():
    return __all__
