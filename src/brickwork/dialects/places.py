"""The table of old places: modules of Keras 1 and 2, and where what was in them is today."""

#: The modules of tf.keras's optimizers.
OPTIMIZERS_V2 = tuple(f"{name}_v2" for name in (
    "adadelta", "adagrad", "adam", "adamax", "ftrl", "gradient_descent", "nadam", "rmsprop"))

#: Modules of older versions, and those where their contents are today.
MODULES = {
    "backend.common": "backend", "backend.tensorflow_backend": "backend",
    "callbacks.callbacks": "callbacks",
    **dict.fromkeys(("engine", "engine.base_layer", "engine.input_layer", "engine.topology"),
                    "layers"),
    **dict.fromkeys(("engine.functional", "engine.network", "engine.sequential",
                     "engine.training"), "models"),
    "initializations": "dialects.initializations",
    **{f"layers.{name}": "layers" for name in (
        "core", "advanced_activations", "convolutional", "convolutional_recurrent", "embeddings",
        "local", "merge", "noise", "normalization", "pooling", "recurrent", "wrappers")},
    "legacy": "layers", "legacy.layers": "layers",
    "mixed_precision.experimental": "mixed_precision",
    **dict.fromkeys(("layers.experimental", "layers.experimental.preprocessing",
                     "layers.preprocessing"), "layers"),
    "objectives": "losses",
    **dict.fromkeys((
        "optimizer_v2", "optimizers.legacy", "optimizers.optimizer_v2",
        *(f"optimizers.{name}" for name in OPTIMIZERS_V2),
        *(f"optimizer_v2.{name.removesuffix('_v2')}" for name in OPTIMIZERS_V2)), "optimizers"),
    "preprocessing": "utils", "preprocessing.sequence": "utils",
    "preprocessing.text": "dialects.text",
    **{f"utils.{name}": "utils" for name in (
        "data_utils", "generic_utils", "layer_utils", "multi_gpu_utils", "np_utils",
        "training_utils", "vis_utils", "visualize_util")},
}
