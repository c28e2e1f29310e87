"""Saving and loading models and weights."""

from __future__ import annotations

import json
import os
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..data import warn_once
from ..errors import ArgumentError, shown
from ..fields import encode
from ..layers import Lambda, initial_weights
from ..spelling.old_modules import keras_means_brickwork
from ..tree import flatten
from .document import damaged_if_wrong, from_text
from .errors import NoFile
from .formats import MODELS, SAVE_FORMATS, WEIGHTS, format_of
from .other_formats import refuse_foreign_format

if TYPE_CHECKING:
    from ..models.model import Model


def save_model(
    model: Any,
    filepath: str | PathLike[str],
    overwrite: bool = True,
    zipped: bool | None = None,
    *,
    include_optimizer: bool = True,
    **kwargs: Any,
) -> None:
    """Write a model to a file: its config, weights, compile arguments and optimizer state.

    The file is replaced in one step: if anything fails, an existing file is unchanged.

    Args:
        model: the model.
        filepath: a name that ends in ``.brick``, our own format (docs/brick-format.md), or with
            ``pip install 'brickwork[keras]'`` in ``.keras`` or ``.h5``, which Keras reads.
        overwrite: whether an existing file may be replaced.
        zipped: None or True; a model is one file.
        include_optimizer: whether to save what resuming the training needs.

    Raises:
        FileExistsError: if the file exists and overwrite is False.
        OSError: if it cannot be written.
        ArgumentError: for names with another ending, and for objects that no file can hold.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> model = brickwork.Sequential([Dense(2, input_dim=3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, f"{folder}/model.brick")
    ...     load_model(f"{folder}/model.brick").output_shape
    (None, 2)
    """
    refuse_foreign_format("save.filepath", filepath, kwargs.get("save_format"))
    module = format_of(filepath, MODELS, "save.filepath", kwargs.get("save_format"))
    _refuse_unknown("save", kwargs, {"save_format", "save_traces", "signatures", "options"})
    if zipped not in (None, True):
        raise ArgumentError(
            "save.zipped",
            f"got {shown(zipped)}, expected None or True: a model is one file, never a folder.",
        )
    _check_overwrite(filepath, overwrite)
    _warn_of_nameless_functions(model, include_optimizer)
    module.save(model, filepath, include_optimizer)


def _warn_of_nameless_functions(model, compiled: bool) -> None:
    """Warn of functions that a file cannot name, so that nothing finds them when it is loaded."""
    parts = [
        (f"{layer.name}.{name}", getattr(layer, name, None))
        for layer in model.family()
        if not isinstance(layer, Lambda)  # which refuses them
        for name in layer.__fields__
    ]
    if compiled and getattr(model, "compiled", False):
        asked = model._compiled.arguments
        parts += [
            (f"compile.{name}", part)
            for name in ("loss", "metrics", "weighted_metrics")
            for part in flatten(asked[name])
        ]
    for what, value in parts:
        value = getattr(value, "fn", value)
        if isinstance(value, partial) or getattr(value, "__name__", None) == "<lambda>":
            name = encode(value)
            warn_once(
                "nameless",
                f"save: {what}: got a {name.strip('<>')}, which has no name that "
                "a file could hold, expected a function (def ...). This file "
                f"loads with custom_objects={{{name!r}: ...}}.",
            )


def load_model(
    filepath: str | PathLike[str],
    custom_objects: dict | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    *,
    probe: bool = True,
    **kwargs: Any,
) -> Model:
    """Read a model from a file.

    No code in the file is run, and no other file is opened.

    Args:
        filepath: a name as `save_model` takes it.
        custom_objects: dict of the custom classes and functions that the model is made of, by
            name; registered ones are known.
        compile: whether to compile the model as it was.
        safe_mode: True; there is no other mode.
        probe: whether to check that the model predicts what it predicted when it was saved, on
            one input that a ``.brick`` file holds.

    Returns:
        Model: compiled if it was when it was saved and `compile` is True; its optimizer goes on
        where it stopped.

    Raises:
        FileNotFoundError: if there is no such file.
        FileError: if the file is of another kind, of a later version, or damaged: see
            `saving.errors`.
        ArgumentError: for an unknown class or function.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     brickwork.Sequential([Dense(2, input_dim=3)]).save(f"{folder}/model.brick")
    ...     load_model(f"{folder}/model.brick").count_params()
    8
    """
    _refuse_unknown("load_model", kwargs, {"options"})
    if safe_mode is not True:
        raise ArgumentError(
            "load_model.safe_mode",
            f"got {safe_mode!r}, expected True: a file "
            "never runs code here. Give your functions in custom_objects.",
        )
    if not isinstance(custom_objects, dict | None):
        raise ArgumentError(
            "load_model.custom_objects",
            f"got {shown(custom_objects)}, expected a dict: {{'Scale': Scale}}.",
        )
    module = format_of(filepath, MODELS, "load_model.filepath")
    _check_exists(filepath)
    options = {"probing": probe} if getattr(module, "PROBES", False) else {}
    return module.load(filepath, custom_objects, compile, **options)


def export_model(
    model: Model,
    filepath: str | PathLike[str],
    format: str = "brick",
    verbose: bool | None = None,
    input_signature: None = None,
    **kwargs: Any,
) -> None:
    """Write a model to a file for prediction only, without optimizer and loss.

    Args:
        model: the model, built.
        filepath: a name that ends in ``.brick``.
        format: "brick". For "onnx", "tf_saved_model" and "litert" the error shows the lines that
            make such a file.
        verbose: whether to print where the file is.
        input_signature: None; the file holds the shapes of the inputs.

    Raises:
        ArgumentError: for another format or ending, or a model that is not built.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> model = brickwork.Sequential([Dense(2, input_dim=3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_model(model, f"{folder}/model.brick")
    ...     load_model(f"{folder}/model.brick").output_shape
    (None, 2)
    """
    # Keras's export makes a folder for a name without an extension.
    folder = format == "brick" and not os.path.splitext(os.fspath(filepath))[1]
    refuse_foreign_format("export", filepath, "tf_saved_model" if folder else format)
    if format != "brick" or kwargs or input_signature is not None:
        raise ArgumentError(
            "export.format",
            f"got {shown(format)}, expected 'brick', without "
            "options; other formats are not supported yet (docs/deploy.md shows "
            "how to convert a model). For a .keras file, which Keras can export: "
            "model.save('model.keras').",
        )
    need_built(model, "export")
    format_of(filepath, {".brick": ".brick"}, "export.filepath").save(model, filepath, False)
    if verbose:
        print(f"Saved artifact at {os.fspath(filepath)!r}.")


def save_weights(
    model: Model,
    filepath: str | PathLike[str],
    overwrite: bool = True,
    max_shard_size: None = None,
    **kwargs: Any,
) -> None:
    """Write a model's weights and its optimizer's state to a file.

    Args:
        model: the model, built.
        filepath: a name that ends in ``.brick``, or with ``brickwork[keras]`` in ``.weights.h5``
            or ``.h5``. A folder that does not exist is made.
        overwrite: whether an existing file may be replaced.
        max_shard_size: None; weights are one file.

    Raises:
        FileExistsError: if the file exists and overwrite is False.
        OSError: if it cannot be written.
        ArgumentError: for another ending, or a model that is not built.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> model = brickwork.Sequential([Dense(2, input_dim=3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(model, f"{folder}/model.weights.brick")
    ...     load_weights(model, f"{folder}/model.weights.brick")
    """
    if max_shard_size is not None:
        raise ArgumentError(
            "save_weights.max_shard_size",
            f"got {shown(max_shard_size)}, expected None: weights are one file.",
        )
    module = format_of(filepath, WEIGHTS, "save_weights.filepath", kwargs.get("save_format"))
    _refuse_unknown("save_weights", kwargs, {"save_format", "options"})
    need_built(model, "save_weights")
    _check_overwrite(filepath, overwrite)
    os.makedirs(os.path.dirname(os.path.abspath(filepath)), exist_ok=True)
    module.save_weights(model, filepath)


def load_weights(
    model: Model,
    filepath: str | PathLike[str],
    skip_mismatch: bool = False,
    *,
    by_name: bool = False,
    **kwargs: Any,
) -> None:
    """Set a model's weights from a file: all of them or, if one does not fit, none.

    The model may have other layers without weights, such as ``Dropout``, than the one that was
    saved.

    Args:
        model: the model, built.
        filepath: a name as `save_weights` takes it; a file of a whole model works too.
        skip_mismatch: whether to keep the weights of layers that the file has in another shape or
            not at all, with a warning.
        by_name: for ``.h5`` files: whether to match layers by their names.

    Raises:
        FileNotFoundError: if there is no such file.
        FileError: if the file is damaged, or of a model with other weights.
        ArgumentError: for another ending, or a model that is not built.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> one, two = (brickwork.Sequential([Dense(2, input_dim=3)]) for _ in range(2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(one, f"{folder}/model.brick")
    ...     load_weights(two, f"{folder}/model.brick")
    >>> bool((one.get_weights()[0] == two.get_weights()[0]).all())
    True
    """
    module = format_of(filepath, MODELS | WEIGHTS, "load_weights.filepath")
    _refuse_unknown("load_weights", kwargs, {"options"})
    _check_exists(filepath)
    need_built(model, "load_weights")
    if by_name and not getattr(module, "BY_NAME", False):
        raise ArgumentError(
            "load_weights.by_name",
            f"got True for {os.fsdecode(filepath)!r}, "
            "expected False: only .h5 files match layers by name.",
        )
    module.load_weights(model, filepath, skip_mismatch, **{"by_name": True} if by_name else {})


def model_from_json(json_string: str, custom_objects: dict | None = None) -> Model:
    """Make a model from the text of ``model.to_json()``, with new weights.

    Args:
        json_string: the JSON, str or bytes.
        custom_objects: dict of the custom classes and functions that the model is made of, by
            name.

    Returns:
        Model: with initial weights, and built if the config has an input shape.

    Raises:
        ArgumentError: for other types, the name of a file, or an unknown class.
        FileError: for text that is not the config of a model.

    >>> import brickwork
    >>> from brickwork.layers import Dense
    >>> text = brickwork.Sequential([Dense(2, input_dim=3)]).to_json()
    >>> model_from_json(text).output_shape
    (None, 2)
    """
    if not isinstance(json_string, str | bytes):
        raise ArgumentError(
            "model_from_json",
            f"got {type(json_string).__name__}, expected the text that model.to_json() returns.",
        )
    from .keras.from_keras import model_of

    text = (
        json_string
        if isinstance(json_string, bytes)
        else json_string.encode("utf-8", "surrogatepass")
    )
    if text.rstrip().endswith((b".json", b".brick", b".keras", b".h5")):
        raise ArgumentError(
            "model_from_json",
            f"got {shown(json_string)}, expected the text in a "
            "file, not its name: open(name).read().",
        )
    with damaged_if_wrong("model_from_json"), initial_weights.from_config():
        return model_of(from_text(text, "model_from_json"), custom_objects)


def model_to_json(model: Model, **kwargs: Any) -> str:
    """The model's config as JSON, in Keras 3's form, without weights.

    Args:
        model: the model.
        kwargs: for ``json.dumps``.

    Returns:
        str: what `model_from_json` reads.

    >>> import brickwork, json
    >>> from brickwork.layers import Dense
    >>> json.loads(model_to_json(brickwork.Sequential([Dense(2)])))["class_name"]
    'Sequential'
    """
    from .keras.to_keras import entry

    return json.dumps(entry(model), **kwargs)


def need_built(model: Any, method: str) -> None:
    """Raise an error for a model that has no weights yet."""
    if not model.built:
        raise ArgumentError(
            method,
            "got a model without weights, expected a built one: give it an "
            "Input, call it on data, or call build with a shape.",
        )


def _refuse_unknown(method: str, given: dict, older: set[str]) -> None:
    for name in given.keys() - older:
        raise ArgumentError(method, f"got an unknown argument {name!r}.")
    accepted = {None, *SAVE_FORMATS, *(["tf"] if keras_means_brickwork() else [])}
    if given.get("save_format") not in accepted:
        raise ArgumentError(
            f"{method}.save_format",
            f"got {given['save_format']!r}; the extension "
            "of the name decides: .brick, .keras or .h5.",
        )


def _check_overwrite(filepath, overwrite: bool) -> None:
    if not overwrite and os.path.exists(filepath):
        raise FileExistsError(f"{os.fsdecode(filepath)} already exists, and overwrite=False.")


def _check_exists(filepath) -> None:
    if os.path.exists(filepath) and not (os.path.isfile(filepath) or os.path.isdir(filepath)):
        raise OSError(f"{os.fsdecode(filepath)}: a pipe or a device, expected a file.")
    if not os.path.exists(filepath):
        raise NoFile(f"{os.fsdecode(filepath)}: there is no such file.")
