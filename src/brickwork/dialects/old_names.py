"""The table of old names: of what stands in modules, and of what objects have, in Keras 1 and 2.

Names stand at the module or the class that has today's; subclasses inherit them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from ..spelling.old_modules import OPTIMIZERS_V2


def _by_generator(name: str) -> Callable:
    def method(*args, **kwargs):
        from . import generators

        return getattr(generators, name)(*args, **kwargs)

    return method


def _predict_proba(model, x, batch_size=None, verbose=0, **kwargs):
    return model.predict(x, batch_size, verbose, **kwargs)


def _predict_classes(model, x, batch_size=None, verbose=0, **kwargs):
    """Return the most probable class of each row; for one output, whether it is above 0.5."""
    outputs = model.predict(x, batch_size, verbose, **kwargs)
    if outputs.shape[-1] > 1:
        return outputs.argmax(axis=-1)
    return (outputs > 0.5).astype("int32")


def _loss_in_metrics(name: str) -> property:
    def function(_module):
        from .. import losses

        return getattr(losses, name)

    return property(function)


#: Negative cosine similarity, as a loss and as a metric. Keras 1 divided it by the number of
#: outputs: the minimum is the same, the gradients were smaller.
_COSINE = "losses.cosine_similarity (Keras 1 divided it by the number of outputs)"
_COSINES = dict.fromkeys(
    ("cosine_proximity", "cosine"), (_COSINE, _loss_in_metrics("cosine_similarity"))
)


def _module(name: str):
    from importlib import import_module

    return import_module(f"{__name__.partition('.')[0]}.{name}")


def _tf_optimizer(module, *_, **__):
    from ..errors import ArgumentError

    raise ArgumentError(
        "optimizers.TFOptimizer",
        "brickwork has no TensorFlow and none of its "
        "optimizers, expected one of brickwork.optimizers.",
    )


def _yaml(name: str) -> Callable:
    def function(*args, **kwargs):
        from . import yaml_configs

        return getattr(yaml_configs, name)(*args, **kwargs)

    return function


def _multi_gpu_model(_owner, model, *args, **kwargs):
    from ..spelling.no_effect import has_no_effect

    has_no_effect("multi_gpu_model")
    return model


def _nothing(_owner, *_, **__) -> None:
    pass


def _of_file(place: str, name: str) -> property:
    return property(lambda _module_: getattr(_module(place), name))


def _validation_data(callback) -> list | None:
    """Inputs, targets and weights, as Keras 2 passed them to callbacks during fit."""
    validation = getattr(callback.model, "_validated", None)
    arrays = getattr(validation, "data", None)
    if not hasattr(arrays, "rows"):
        return None
    from numpy import ones

    given = arrays.batch(slice(None))
    weights = [ones(given.rows) if w is None else w for w in given.weight]
    return [*given.x, *given.y, *weights]


def _get_updates(optimizer, *args, **kwargs) -> list:
    from .backend.updates import Updates

    return [Updates(optimizer, *args, **kwargs)]


def _base_logger(module, stateful_metrics=None):
    return module.Callback()


def _older_layer(name: str) -> Callable:
    def layer(_module, *args, **kwargs):
        from . import older_layers

        return getattr(older_layers, name)(*args, **kwargs)

    return layer


def _gone(name: str) -> Callable:
    def layer(_module, *args, **kwargs):
        from .older_layers import refuse

        refuse(name)

    return layer


def _add_update(layer, updates, inputs=None):
    """Accept the result of `assign`, which is already done, or pairs ``(variable, value)``."""
    for update in updates if isinstance(updates, list) else [updates]:
        if isinstance(update, tuple):
            update[0].assign(update[1])


def _add_metric(layer, *args, **kwargs):
    from ..layers.added_losses import add_metric

    add_metric(layer, *args, **kwargs)


def _at(what: str) -> Callable:
    """Return the inputs or outputs of a layer's call on symbols, by the index of the call."""

    def method(layer, node_index):
        layer._first_node()  # a layer of a Sequential model is called on symbols now
        node = layer._nodes[node_index]
        symbols = node.outputs if "output" in what or not node.args else node.sources()
        found = [symbol.shape if "shape" in what else symbol for symbol in symbols]
        return found[0] if len(found) == 1 else found

    return method


_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}


def _set_dim_ordering(module, dim_ordering: str) -> None:
    module.set_image_data_format(_ORDERINGS[dim_ordering])


def _dim_ordering(module) -> str:
    return {today: old for old, today in _ORDERINGS.items()}[module.image_data_format()]


def _print_summary(module, model, line_length=None, positions=None, print_fn=None):
    return model.summary(line_length, positions, print_fn)


def _count_weights(module, weights) -> int:
    return sum(prod(weight.dims) for weight in weights)


def _share_of_equal(module, p, y) -> float:
    return sum(map(bool, (one == other for one, other in zip(p, y, strict=True)))) / len(p)


def _classes(module, probabilities):
    return (
        probabilities.argmax(-1)
        if probabilities.shape[-1] > 1
        else (probabilities > 0.5).astype("int32")
    )


class Reduction:
    """Keras 2's names of loss reductions."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"


#: Old names in modules and of attributes, by module or class: the current name, and optionally a
#: function that replaces the old method, or a property.
NAMES: dict[str, dict[str, str | tuple[str, Callable | property]]] = {
    "callbacks": {"BaseLogger": ("not needed: logs hold averages", _base_logger)},
    "regularizers": {
        "WeightRegularizer": "L1L2",
        "ActivityRegularizer": "L1L2",
        "activity_l1": "l1",
        "activity_l2": "l2",
        "activity_l1l2": "l1_l2",
    },
    "losses": {
        "kullback_leibler_divergence": "kl_divergence",
        "logcosh": "log_cosh",
        "huber_loss": "huber",
        **_COSINES,
        "Reduction": ("the words 'sum', 'none' ...", property(lambda module: Reduction)),
    },
    "metrics": {
        **dict.fromkeys(("kullback_leibler_divergence", "kld", "KLD"), "kl_divergence"),
        "logcosh": "log_cosh",
        **_COSINES,
    },
    "optimizers": {
        **{
            rule.lower(): rule
            for rule in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")
        },
        "TFOptimizer": ("one of brickwork.optimizers", _tf_optimizer),
        **dict.fromkeys(
            ("legacy", *OPTIMIZERS_V2),
            ("brickwork.optimizers itself", property(lambda module: module)),
        ),
    },
    "layers": {
        **dict.fromkeys(
            ("experimental", "preprocessing"),
            ("brickwork.layers itself", property(lambda module: module)),
        ),
        "Model": ("models.Model", _of_file("models", "Model")),
        "get_source_inputs": ("utils.get_source_inputs", _of_file("utils", "get_source_inputs")),
        **{
            name: (f"brickwork.{name}", property(lambda _, name=name: _module(name)))
            for name in ("activations", "constraints", "initializers", "regularizers")
        },
        "initializations": (
            "initializers",
            property(lambda _: _module("dialects.initializations")),
        ),
        **{
            name: (
                "add, multiply, concatenate, average, maximum or dot of symbols",
                _of_file("dialects.merging", name if name == "merge" else "joined"),
            )
            for name in ("merge", "Merge")
        },
        "MaxoutDense": (
            "Dense(units * nb_feature), Reshape((nb_feature, units)) and GlobalMaxPooling1D()",
            _of_file("dialects.older_dense", "MaxoutDense"),
        ),
        "Highway": (
            "t * h + (1 - t) * x, written with Dense layers",
            _of_file("dialects.older_dense", "Highway"),
        ),
        "DenseFeatures": (
            "utils.FeatureSpace, or StringLookup, Discretization, Embedding and others",
            _of_file("dialects.columns.layer", "DenseFeatures"),
        ),
        "ThresholdedReLU": ("ReLU(threshold=theta)", _older_layer("thresholded_relu")),
        "TimeDistributedDense": "Dense",
        **{name: ("gone", _gone(name)) for name in ("SReLU", "ParametricSoftplus")},
    },
    "utils": {
        "sequence": ("brickwork.utils itself", property(lambda module: module)),
        "text": ("dialects.text", property(lambda module: _module("dialects.text"))),
        "plot": "plot_model",
        "print_summary": ("model.summary()", _print_summary),
        "count_params": ("model.count_params()", _count_weights),
        "probas_to_classes": ("p.argmax(-1), or p > 0.5", _classes),
        "categorical_probas_to_classes": ("p.argmax(-1)", lambda _, p: p.argmax(axis=1)),
        "accuracy": ("(p == y).mean()", _share_of_equal),
        "multi_gpu_model": ("the model itself", _multi_gpu_model),
        **{
            name: ("dialects.sequences", _of_file("dialects.sequences", name))
            for name in ("skipgrams", "make_sampling_table")
        },
        "TimeseriesGenerator": (
            "timeseries_dataset_from_array",
            _of_file("dialects.sequences", "TimeseriesGenerator"),
        ),
    },
    "backend": {
        "set_image_dim_ordering": ("set_image_data_format", _set_dim_ordering),
        "image_dim_ordering": ("image_data_format", _dim_ordering),
    },
    "Layer": {
        "get_output_shape_for": "compute_output_shape",
        "add_variable": "add_weight",
        "add_metric": ("metric.update_state(value), in call", _add_metric),
        "add_update": ("variable.assign(value), in call", _add_update),
        **{
            f"get_{what}_at": (f"layer.{what.partition('_')[0]}", _at(what))
            for what in ("input", "output", "input_shape", "output_shape")
        },
    },
    "Model": {
        "fit_generator": ("fit", _by_generator("fit_generator")),
        "evaluate_generator": ("evaluate", _by_generator("evaluate_generator")),
        "predict_generator": ("predict", _by_generator("predict_generator")),
        "predict_proba": ("predict", _predict_proba),
        "reset_states": ("not needed: dense layers remember nothing", _nothing),
        **{
            f"{mark}make_{what}_function": ("not needed", _nothing)
            for what in ("train", "test", "predict")
            for mark in ("", "_")
        },
        "to_yaml": ("to_json: JSON is YAML", _yaml("to_yaml")),
        "predict_classes": ("predict(x).argmax(-1), or predict(x) > 0.5", _predict_classes),
    },
    "models": {
        "Graph": ("Model(inputs, outputs)", _gone("Graph")),
        "model_from_yaml": ("model_from_json", _yaml("model_from_yaml")),
        "Input": ("layers.Input", _of_file("layers", "Input")),
        "Network": "Model",
    },
    "Metric": {"reset_states": "reset_state"},
    "Callback": {"validation_data": ("what you give your callback", property(_validation_data))},
    "Optimizer": {"get_updates": ("compile, and train_on_batch", _get_updates)},
    "Sequential": {"model": ("the model itself", property(lambda model: model))},
}
