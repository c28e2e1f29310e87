"""The table of old spellings: Keras 1 and 2, and what they are called today.

A rule is today's word, or a function that changes the arguments itself and answers what to say
instead. Rules stand at the class that declares today's word; subclasses inherit them.
"""

from __future__ import annotations

from collections.abc import Callable

from .places import OPTIMIZERS_V2


def _given_weights(owner: type, arrays, kwargs: dict) -> str:
    """``weights=[W, b]``: the first values of the weights."""
    from ..initializers import Constant

    for word, array in zip(("kernel_initializer", "bias_initializer"), arrays, strict=False):
        kwargs[word] = Constant(array)
    return "kernel_initializer=Constant(W) and bias_initializer=Constant(b), or set_weights"


def _init(owner: type, value, kwargs: dict) -> str:
    """``init=``: a name as today, or a function ``(shape, name=None)``."""
    if "kernel_initializer" in kwargs:
        from ..fields import ArgumentError

        raise ArgumentError(f"{owner.__name__}.kernel_initializer", "got it twice, as "
                            "kernel_initializer and as init; give kernel_initializer.")
    kwargs["kernel_initializer"] = _with_dtype(value)
    return "kernel_initializer"


def _with_dtype(function):
    """A function of a shape as one that is given the dtype too."""
    from inspect import isfunction, signature

    if not isfunction(function) or "dtype" in signature(function).parameters:
        return function

    def initializer(shape, dtype=None):
        return function(shape)

    return initializer


def _decay(owner: type, rate, kwargs: dict) -> str:
    """``decay=1e-6``: the learning rate divided by ``1 + rate * iterations``."""
    if rate:
        from ..optimizers.schedules import InverseTimeDecay

        start = kwargs.get("learning_rate", owner.__fields__["learning_rate"].default)
        kwargs["learning_rate"] = InverseTimeDecay(start, decay_steps=1, decay_rate=rate)
    return "learning_rate=InverseTimeDecay(rate, decay_steps=1, decay_rate=decay)"


def _epsilon(owner: type, value, kwargs: dict) -> str | None:
    """``epsilon=None`` meant the default."""
    if value is None:
        return "left out where it is None"
    kwargs["epsilon"] = value
    return None


def _schedule_decay(owner: type, rate, kwargs: dict) -> str:
    """Nadam's momentum follows one fixed schedule today, that of the old default."""
    if rate != 0.004:
        from ..fields import ArgumentError

        raise ArgumentError(f"{owner.__name__}.schedule_decay", f"got {rate!r}, expected 0.004, "
                            "which is built in; leave it out.")
    return "built in"


def _without(instead: str) -> Callable:
    """A word that has no meaning any more."""
    return lambda owner, value, kwargs: instead


def _of_layer(function: str, instead: str) -> Callable:
    """A rule that stands in `older_layers`, which is read when it is needed."""
    def rule(owner, value, kwargs):
        from . import older_layers

        getattr(older_layers, function)(value, kwargs)
        return instead

    return rule


def _averages(owner: type, arrays, kwargs: dict) -> str:
    """``weights=[gamma, beta, mean, variance]``."""
    from ..initializers import Constant

    for word, array in zip(("gamma", "beta", "moving_mean", "moving_variance"), arrays,
                           strict=False):
        kwargs[f"{word}_initializer"] = Constant(array)
    return "gamma_initializer=Constant(...), and so on, or set_weights"


#: Arguments of constructors, by the class that declares them.
ARGUMENTS: dict[str, dict[str, str | Callable]] = {
    "Layer": {"input_dtype": "dtype"},
    "InputLayer": {"input_shape": "shape", "batch_input_shape": "batch_shape"},
    "Dense": {
        "output_dim": "units", "init": _init, "bias": "use_bias",
        "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer",
        "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint",
        "weights": _given_weights,
    },
    "Dropout": {"p": "rate"}, "GaussianDropout": {"p": "rate"}, "SpatialDropout1D": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "Embedding": {
        "init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "input_length": _of_layer("input_length", "told by the data, or input_shape=(length,)"),
        "dropout": _of_layer("dropout_of_ids", "a layer of its own"),
    },
    "BatchNormalization": {
        "beta_init": "beta_initializer", "gamma_init": "gamma_initializer", "weights": _averages,
        "mode": _of_layer("mode_of_normalization", "left out"),
        "fused": _without("no longer needed"),
    },
    "Optimizer": {"lr": "learning_rate", "decay": _decay, "epsilon": _epsilon},
    "Nadam": {"schedule_decay": _schedule_decay},
    "L1": {"l": "l1"},
    "L2": {"l": "l2"},
    "MaxNorm": {"m": "max_value"},
    "ModelCheckpoint": {"period": "every"},
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "ProgbarLogger": dict.fromkeys(("count_mode", "stateful_metrics"), _without("not needed")),
    "TensorBoard": dict.fromkeys(
        ("batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"),
        _without("not written")),
}


_LOADING = dict.fromkeys(
    ("max_q_size", "max_queue_size", "nb_worker", "workers", "pickle_safe",
     "use_multiprocessing"), _without("no longer needed"))
_ACCURACY = _without("metrics=['accuracy'] in compile")

#: Arguments of methods and functions.
CALLS: dict[str, dict[str, str | Callable]] = {
    "fit": {"nb_epoch": "epochs", "X": "x", "show_accuracy": _ACCURACY,
            **_LOADING},
    "evaluate": {"X": "x", "show_accuracy": _ACCURACY, **_LOADING},
    "predict": {"X": "x", **_LOADING},
    "compile": {
        "class_mode": _without("told by the loss"), "theano_mode": _without("no longer needed"),
        "sample_weight_mode": _without("told by the weights' shape"),
        "target_tensors": _without("no longer needed"),
    },
    "Model": {"input": "inputs", "output": "outputs"},
    "load_data": {"nb_words": "num_words"},
    "to_categorical": {"nb_classes": "num_classes", "y": "x"},
    "random_normal": {"std": "stddev"},
}


def _by_generator(name: str) -> Callable:
    def method(*args, **kwargs):
        from . import generators

        return getattr(generators, name)(*args, **kwargs)

    return method


def _predict_proba(model, x, batch_size=None, verbose=0, **kwargs):
    return model.predict(x, batch_size, verbose, **kwargs)


def _predict_classes(model, x, batch_size=None, verbose=0, **kwargs):
    """The most probable class of each row; of one output, whether it is above a half."""
    outputs = model.predict(x, batch_size, verbose, **kwargs)
    if outputs.shape[-1] > 1:
        return outputs.argmax(axis=-1)
    return (outputs > 0.5).astype("int32")


def _loss_in_metrics(name: str) -> property:
    def function(_module):
        from .. import losses

        return getattr(losses, name)

    return property(function)


#: Minus the cosine, as a loss and as a metric. What Keras 1 said was that divided by the number of
#: outputs: least in the same place, with smaller steps on the way.
_COSINE = "losses.cosine_similarity (Keras 1 divided it by the number of outputs)"
_COSINES = dict.fromkeys(("cosine_proximity", "cosine"),
                         (_COSINE, _loss_in_metrics("cosine_similarity")))


def _module(name: str):
    from importlib import import_module

    return import_module(f"{__name__.partition('.')[0]}.{name}")


def _tf_optimizer(module, *_, **__):
    from ..fields import ArgumentError

    raise ArgumentError("optimizers.TFOptimizer", "there is no TensorFlow here whose optimizers "
                        "could be taken, expected one of brickwork.optimizers.")


def _to_yaml(model, **_):
    from ..fields import ArgumentError

    raise ArgumentError(f"{model.name}.to_yaml", "YAML can name Python objects to be made, and so "
                        "a file of it can run code; Keras took it out in 2.6. Use get_config() "
                        "and from_config.")


def _nothing(_owner, *_, **__) -> None:
    pass


def _of_file(place: str, name: str) -> property:
    return property(lambda _module_: getattr(_module(place), name))


def _validation_data(callback) -> list | None:
    """Inputs, targets and weights, as Keras 2 showed them to callbacks while fit was at work."""
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
    """What `assign` answered, which is done already; or pairs ``(variable, value)``."""
    for update in updates if isinstance(updates, list) else [updates]:
        if isinstance(update, tuple):
            update[0].assign(update[1])


def _add_metric(layer, *args, **kwargs):
    from ..layers.added import add_metric

    add_metric(layer, *args, **kwargs)


def _at(what: str) -> Callable:
    """What the call of this number of a layer on symbols was given, or answered."""
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
    return sum(weight.array.size for weight in weights)


def _share_of_equal(module, p, y) -> float:
    return sum(map(bool, (one == other for one, other in zip(p, y, strict=True)))) / len(p)


def _classes(module, probabilities):
    return probabilities.argmax(-1) if probabilities.shape[-1] > 1 else (
        probabilities > 0.5).astype("int32")


class Reduction:
    """Keras 2's names of what becomes of the rows' losses."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"


#: Names in modules and of attributes, by module or class, and what they are called today, and
#: maybe a function that does what the old method did, or a property.
NAMES: dict[str, dict[str, str | tuple[str, Callable | property]]] = {
    "callbacks": {"BaseLogger": ("not needed: logs hold averages", _base_logger)},
    "regularizers": {"WeightRegularizer": "L1L2", "ActivityRegularizer": "L1L2",
                     "activity_l1": "l1", "activity_l2": "l2", "activity_l1l2": "l1_l2"},
    "losses": {"kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh",
               "huber_loss": "huber", **_COSINES,
               "Reduction": ("the words 'sum', 'none' ...", property(lambda module: Reduction))},
    "metrics": {**dict.fromkeys(("kullback_leibler_divergence", "kld", "KLD"), "kl_divergence"),
                "logcosh": "log_cosh", **_COSINES},
    "optimizers": {
        **{rule.lower(): rule for rule in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam",
                                           "Adamax", "Nadam")},
        "TFOptimizer": ("one of brickwork.optimizers", _tf_optimizer),
        **dict.fromkeys(("legacy", *OPTIMIZERS_V2), ("brickwork.optimizers itself",
                                                     property(lambda module: module))),
    },
    "layers": {
        **dict.fromkeys(("experimental", "preprocessing"),
                        ("brickwork.layers itself", property(lambda module: module))),
        "Model": ("models.Model", _of_file("models", "Model")),
        "get_source_inputs": ("utils.get_source_inputs", _of_file("utils", "get_source_inputs")),
        **{name: (f"brickwork.{name}", property(lambda _, name=name: _module(name))) for name in (
            "activations", "constraints", "initializers", "regularizers")},
        "initializations": ("initializers", property(
            lambda _: _module("dialects.initializations"))),
        **{name: ("add, multiply, concatenate, average, maximum or dot of symbols",
                  _of_file("dialects.merging", name if name == "merge" else "joined"))
           for name in ("merge", "Merge")},
        "MaxoutDense": ("Dense(units * nb_feature), Reshape((nb_feature, units)) and "
                        "GlobalMaxPooling1D()", _of_file("dialects.older_dense", "MaxoutDense")),
        "Highway": ("t * h + (1 - t) * x, written with Dense layers",
                    _of_file("dialects.older_dense", "Highway")),
        "ThresholdedReLU": ("ReLU(threshold=theta)", _older_layer("thresholded_relu")),
        "TimeDistributedDense": "Dense",
        **{name: ("gone", _gone(name)) for name in ("SReLU", "ParametricSoftplus")},
    },
    "utils": {
        "sequence": ("brickwork.utils itself", property(lambda module: module)),
        "text": ("dialects.text", property(lambda module: _module("dialects.text"))),
        "plot": "plot_model", "print_summary": ("model.summary()", _print_summary),
        "count_params": ("model.count_params()", _count_weights),
        "probas_to_classes": ("p.argmax(-1), or p > 0.5", _classes),
        "categorical_probas_to_classes": ("p.argmax(-1)", lambda _, p: p.argmax(axis=1)),
        "accuracy": ("(p == y).mean()", _share_of_equal),
        "multi_gpu_model": ("the model itself", lambda _, model, *args, **kwargs: model),
        **{name: ("dialects.sequences", _of_file("dialects.sequences", name)) for name in (
            "skipgrams", "make_sampling_table")},
        "TimeseriesGenerator": ("timeseries_dataset_from_array",
                                _of_file("dialects.sequences", "TimeseriesGenerator")),
    },
    "backend": {"set_image_dim_ordering": ("set_image_data_format", _set_dim_ordering),
                "image_dim_ordering": ("image_data_format", _dim_ordering)},
    "Layer": {
        "get_output_shape_for": "compute_output_shape", "add_variable": "add_weight",
        "add_metric": ("metric.update_state(value), in call", _add_metric),
        "add_update": ("variable.assign(value), in call", _add_update),
        **{f"get_{what}_at": (f"layer.{what.partition('_')[0]}", _at(what))
           for what in ("input", "output", "input_shape", "output_shape")},
    },
    "Model": {
        "fit_generator": ("fit", _by_generator("fit_generator")),
        "evaluate_generator": ("evaluate", _by_generator("evaluate_generator")),
        "predict_generator": ("predict", _by_generator("predict_generator")),
        "predict_proba": ("predict", _predict_proba),
        "reset_states": ("not needed: dense layers remember nothing", _nothing),
        **{f"{mark}make_{what}_function": ("not needed", _nothing)
           for what in ("train", "test", "predict") for mark in ("", "_")},
        "to_yaml": ("refused", _to_yaml),
        "predict_classes": ("predict(x).argmax(-1), or predict(x) > 0.5", _predict_classes),
    },
    "models": {"Input": ("layers.Input", _of_file("layers", "Input")), "Graph": ("Model(inputs, outputs)", _gone("Graph")), "Network": "Model"},
    "Metric": {"reset_states": "reset_state"},
    "Callback": {"validation_data": ("what you give your callback",
                                     property(_validation_data))},
    "Optimizer": {"get_updates": ("compile, and train_on_batch", _get_updates)},
    "Sequential": {"model": ("the model itself", property(lambda model: model))},
}

#: Keys of logs and of `History.history` that were called otherwise, and ends of such keys:
#: ``val_acc``, ``output_acc``.
KEYS = {"acc": "accuracy", "mean_absolute_error": "mae", "mean_squared_error": "mse",
        "mean_absolute_percentage_error": "mape", "mean_squared_logarithmic_error": "msle"}

#: Words that Keras 2 did not have any more: who uses one speaks Keras 1.
ONLY_KERAS_1 = {
    "output_dim", "init", "W_regularizer", "b_regularizer", "W_constraint", "b_constraint", "bias",
    "p", "l", "m", "nb_epoch", "X", "nb_classes", "show_accuracy", "class_mode", "theano_mode",
    "activity_l1", "activity_l2", "activity_l1l2", "objectives", "initializations",
    "samples_per_epoch", "nb_val_samples", "val_samples", "sigma", "beta_init", "gamma_init",
    "merge", "Merge", "MaxoutDense", "Highway", "TimeDistributedDense", "WeightRegularizer",
}
