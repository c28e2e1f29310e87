"""Models into files and out of them."""

from __future__ import annotations

import json
import os

from ..errors import ArgumentError, shown
from ..layers import initial_weights
from .document import damaged_if_wrong, from_text
from .formats import MODELS, SAID, WEIGHTS, format_of
from .other_formats import refuse_elsewhere


def save_model(model, filepath, overwrite: bool = True, zipped=None, *,
               include_optimizer: bool = True, **kwargs) -> None:
    """Write a model into a file: its config, its weights, how it was compiled and the optimizer's
    state.

    The file is there whole or not at all: whatever goes wrong, an old one stays as it was.

    Args:
        model: the model.
        filepath: a name that ends in ``.brick``, our own format (docs/brick-format.md), or with
            ``pip install 'brickwork[keras]'`` in ``.keras`` or ``.h5``, which Keras reads.
        overwrite: whether a file that is there may be replaced.
        zipped: None or True; a model is one file.
        include_optimizer: whether to keep what training needs to go on.

    Raises:
        FileExistsError: where there is a file that may not be replaced.
        OSError: where it cannot be written.
        ArgumentError: for names of other ends, and what no file can hold.

    >>> import brickwork, tempfile
    >>> from brickwork.layers import Dense
    >>> model = brickwork.Sequential([Dense(2, input_dim=3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, f"{folder}/model.brick")
    ...     load_model(f"{folder}/model.brick").output_shape
    (None, 2)
    """
    refuse_elsewhere("save.filepath", filepath, kwargs.get("save_format"))
    module = format_of(filepath, MODELS, "save.filepath", kwargs.get("save_format"))
    _refuse_unknown("save", kwargs, {"save_format", "save_traces", "signatures", "options"})
    if zipped not in (None, True):
        raise ArgumentError("save.zipped", f"got {shown(zipped)}, expected None or True: a model "
                            "is one file, never a folder.")
    _may_write(filepath, overwrite)
    module.save(model, filepath, include_optimizer)


def load_model(filepath, custom_objects: dict | None = None, compile: bool = True,
               safe_mode: bool = True, *, probe: bool = True, **kwargs):
    """The model in a file.

    Nothing in a file is run, and no other file is opened.

    Args:
        filepath: as `save_model` takes it.
        custom_objects: classes and functions of one's own that the model is made of, by name;
            those that were registered are known.
        compile: whether to compile the model as it was.
        safe_mode: True; nothing else exists here.
        probe: whether the model must answer as it did when it was saved (to one question that a
            ``.brick`` file holds).

    Raises:
        FileNotFoundError: where there is no such file.
        FileError: for one of another kind, of a later version, or damaged: see `saving.errors`.
        ArgumentError: for a class or function that is not known.
    """
    _refuse_unknown("load_model", kwargs, {"options"})
    if safe_mode is not True:
        raise ArgumentError("load_model.safe_mode", f"got {safe_mode!r}, expected True: a file "
                            "never runs code here. Give your functions in custom_objects.")
    if not isinstance(custom_objects, dict | None):
        raise ArgumentError("load_model.custom_objects", f"got {shown(custom_objects)}, expected a "
                            "dict: {'Scale': Scale}.")
    module = format_of(filepath, MODELS, "load_model.filepath")
    _must_be_there(filepath)
    asked = {"probing": probe} if getattr(module, "PROBES", False) else {}
    return module.load(filepath, custom_objects, compile, **asked)


def export_model(model, filepath, format: str = "brick", verbose=None, input_signature=None,
                 **kwargs) -> None:
    """Write what answers, without what trains: no optimizer, no loss.

    Args:
        model: the model, with weights.
        filepath: a name that ends in ``.brick``.
        format: "brick"; "tf_saved_model", "onnx" and Keras's others are not there: who asks for
            one is shown the lines that make it.
        verbose: whether to say where it went.
        input_signature: None; a file says itself what goes in.
    """
    # Keras's export makes a folder of a name without an end.
    folder = format == "brick" and not os.path.splitext(os.fspath(filepath))[1]
    refuse_elsewhere("export", filepath, "tf_saved_model" if folder else format)
    if format != "brick" or kwargs or input_signature is not None:
        raise ArgumentError("export.format", f"got {shown(format)}, expected 'brick', without "
                            "options; other formats are not there yet (docs/deploy.md shows how a "
                            "model goes elsewhere). A .keras file, which Keras can export on: "
                            "model.save('model.keras').")
    need_built(model, "export")
    format_of(filepath, {".brick": ".brick"}, "export.filepath").save(model, filepath, False)
    if verbose:
        print(f"Saved artifact at {os.fspath(filepath)!r}.")


def save_weights(model, filepath, overwrite: bool = True, max_shard_size=None, **kwargs) -> None:
    """Write a model's weights, and its optimizer's state, into a file.

    Args:
        model: the model, with weights.
        filepath: a name that ends in ``.brick``, or with ``brickwork[keras]`` in ``.weights.h5``
            or ``.h5``.
        overwrite: whether a file that is there may be replaced.
        max_shard_size: None; weights are one file.
    """
    if max_shard_size is not None:
        raise ArgumentError("save_weights.max_shard_size", f"got {shown(max_shard_size)}, expected "
                            "None: weights are one file.")
    module = format_of(filepath, WEIGHTS, "save_weights.filepath", kwargs.get("save_format"))
    _refuse_unknown("save_weights", kwargs, {"save_format", "options"})
    need_built(model, "save_weights")
    _may_write(filepath, overwrite)
    module.save_weights(model, filepath)


def load_weights(model, filepath, skip_mismatch: bool = False, *, by_name: bool = False,
                 **kwargs) -> None:
    """Give a model the weights in a file: all, or, where one does not fit, none.

    Layers that have no weights, such as ``Dropout``, may be others than those of the model that
    wrote the file.

    Args:
        model: the model, with weights.
        filepath: as `save_weights` takes it; a file of a whole model will do.
        skip_mismatch: leave layers alone whose weights the file has in another shape, or not at
            all, with a warning.
        by_name: of ``.h5`` files: layers are found by their names.
    """
    module = format_of(filepath, MODELS | WEIGHTS, "load_weights.filepath")
    _refuse_unknown("load_weights", kwargs, {"options"})
    _must_be_there(filepath)
    need_built(model, "load_weights")
    if by_name and not getattr(module, "NAMED", False):
        raise ArgumentError("load_weights.by_name", f"got True for {os.fsdecode(filepath)!r}, "
                            "expected False: only .h5 files tell layers by their names.")
    module.load_weights(model, filepath, skip_mismatch, **{"by_name": True} if by_name else {})


def model_from_json(json_string: str, custom_objects: dict | None = None):
    """A model of the config that ``model.to_json()`` answered, with new weights.

    >>> import brickwork
    >>> from brickwork.layers import Dense
    >>> text = brickwork.Sequential([Dense(2, input_dim=3)]).to_json()
    >>> model_from_json(text).output_shape
    (None, 2)
    """
    if not isinstance(json_string, str | bytes):
        raise ArgumentError("model_from_json", f"got {type(json_string).__name__}, expected the "
                            "text that model.to_json() answers.")
    from .keras.from_keras import model_of

    text = json_string if isinstance(json_string, bytes) else json_string.encode(
        "utf-8", "surrogatepass")
    if text.rstrip().endswith((b".json", b".brick", b".keras", b".h5")):
        raise ArgumentError("model_from_json", f"got {shown(json_string)}, expected the text in a "
                            "file, not its name: open(name).read().")
    with damaged_if_wrong("model_from_json"), initial_weights.from_config():
        return model_of(from_text(text, "model_from_json"), custom_objects)


def model_to_json(model, **kwargs) -> str:
    """The model's config as JSON, in Keras 3's form, without weights.

    Args:
        model: the model.
        kwargs: for ``json.dumps``.
    """
    from .keras.to_keras import entry

    return json.dumps(entry(model), **kwargs)


def need_built(model, method: str) -> None:
    """Refuse a model that has no weights yet."""
    if not model.built:
        raise ArgumentError(method, "got a model without weights yet, expected one that was built: "
                            "give it an Input, call it on data, or build it with a shape.")


def _refuse_unknown(method: str, given: dict, older: set[str]) -> None:
    for name in given.keys() - older:
        raise ArgumentError(method, f"got an unknown argument {name!r}.")
    if given.get("save_format") not in (None, *SAID):
        raise ArgumentError(f"{method}.save_format", f"got {given['save_format']!r}; the end of "
                            "the name decides: .brick, .keras or .h5.")


def _may_write(filepath, overwrite: bool) -> None:
    if not overwrite and os.path.exists(filepath):
        raise FileExistsError(f"{os.fsdecode(filepath)} is there already, and overwrite=False.")


def _must_be_there(filepath) -> None:
    if os.path.exists(filepath) and not (os.path.isfile(filepath) or os.path.isdir(filepath)):
        raise OSError(f"{os.fsdecode(filepath)}: a pipe or a device, expected a file.")
    if not os.path.exists(filepath):
        raise FileNotFoundError(f"{os.fsdecode(filepath)}: there is no such file.")
