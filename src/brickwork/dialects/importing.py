"""Import hooks that make ``keras``, ``tf_keras`` and ``tensorflow`` mean brickwork."""

from __future__ import annotations

import sys
from importlib import import_module

from ..processes import is_first
from ..spelling.old_modules import (
    MODULES,
    Alias,
    install_finder,
    keras_means_brickwork,
    spec,
    warn_old_module,
)

_PACKAGE = __name__.partition(".")[0]
_ROOTS = ("tensorflow.keras", "tensorflow.python.keras", "tf_keras", "keras_core", "keras")
#: Packages inside of Keras that hold all of it, as editors import from them.
_ABOVE = ("api._v2", "api._v1", "_tf_keras")
_WHOLE = (*(f"{above}.keras" for above in _ABOVE), "api", "src")
_TENSORFLOW = (
    "compat",
    "compat.v1",
    "compat.v2",
    "config",
    "data",
    "distribute",
    "feature_column",
    "initializers",
    "linalg",
    "losses",
    "math",
    "metrics",
    "nn",
    "optimizers",
    "random",
    "strings",
    "summary",
    "test",
    "train",
    "version",
)
_IPYTHON = {
    "IPython": ("get_ipython",),
    "IPython.display": ("HTML", "SVG", "Image", "Markdown", "clear_output", "display"),
}


class _Stand:
    """Loads some names of a brickwork module under the name of another library."""

    def __init__(self, source: str, names: tuple[str, ...]):
        self.source, self.names = source, names

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        source = import_module(f"{_PACKAGE}.dialects.{self.source}")
        for name in self.names:
            setattr(module, name, getattr(source, name))
        vars(source).get("entered", lambda: None)()


class _Notebook:
    """Finds ``IPython`` if it is not installed, for scripts that were notebooks."""

    def find_spec(self, name, path=None, target=None):
        return spec(name, _Stand("notebook", _IPYTHON[name])) if name in _IPYTHON else None


class _Theano:
    """Finds ``theano`` if it is not installed, for scripts of Keras 1 that import it and do not
    use it: all of its names are placeholders."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != "theano":
            return None
        from ..spelling.absent import THEANO, AbsentLoader

        return spec(name, AbsentLoader(THEANO))


class _Part:
    """Loads an attribute of a module as a module: ``tensorflow.random``."""

    def __init__(self, path: list[str]):
        self.path = path

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        part = import_module("tensorflow")
        for name in self.path:
            part = getattr(part, name)
        module.__getattr__ = lambda name: getattr(part, name)


class AsKeras:
    """Finds ``keras`` and its submodules, before an installed Keras is found."""

    finds_keras = False  # whether keras was imported; used by `spelling.old_modules`

    def find_spec(self, name, path=None, target=None):
        """Return the spec of a module that means brickwork; None for other names."""
        if name == "tensorflow":
            self._say()
            return spec(
                name, _Stand("tensorflow", ("__dir__", "__getattr__", "__version__", "keras"))
            )
        if name == "tensorflow.python":
            return spec(name, _Stand("tensorflow", ("keras",)))
        if name.startswith("tensorflow.") and name.partition(".")[2] in _TENSORFLOW:
            return spec(name, _Part(name.split(".")[1:]))
        root = next((r for r in _ROOTS if name == r or name.startswith(f"{r}.")), None)
        if root is None:
            return None
        self._say()
        inner = name[len(root) + 1 :]
        if inner in _ABOVE:
            return spec(name, _Stand("tensorflow", ("keras",)))
        inner = _without_whole(inner)
        if not inner:
            return spec(name, _Stand("keras", ("__dir__", "__getattr__", "__version__", "version")))
        if inner in MODULES:
            warn_old_module(inner)
            inner = MODULES[inner]
        today = f"{_PACKAGE}.{inner}"
        if today not in sys.modules and not _exists(today):
            from ..spelling.absent import AbsentLoader, reason_for_module

            if reason_for_module(inner):
                return spec(name, AbsentLoader(reason_for_module(inner)))
            raise ModuleNotFoundError(
                f"No module named {name!r}: {name} means {today} here, "
                "which brickwork does not have.",
                name=name,
            )
        return spec(name, Alias(today))

    def _say(self) -> None:
        """Print the engine to stderr, as Keras did with its backend."""
        if not self.finds_keras:
            AsKeras.finds_keras = True
            from ..engines.choice import chosen

            if is_first():
                print(f"Using brickwork's engine: {chosen(None)}.", file=sys.stderr)


def _without_whole(inner: str) -> str:
    """The part of a module's name behind a package that holds all of Keras."""
    for whole in _WHOLE:
        if inner == whole or inner.startswith(f"{whole}."):
            return inner[len(whole) + 1 :]
    return inner


def _exists(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its package does not exist
        return False


def install() -> None:
    """Let ``import keras`` mean brickwork from now on.

    Raises:
        RuntimeError: if another Keras is already imported.
    """
    for root in ("keras", "tf_keras", "tensorflow"):
        if root in sys.modules and not _is_ours(sys.modules[root]):
            raise RuntimeError(
                f"{root} is imported already and cannot become brickwork; install "
                "before anything imports it (in a notebook, in the first cell)."
            )
    install_finder()
    if not keras_means_brickwork():
        sys.meta_path.insert(0, AsKeras())
        sys.meta_path += [_Notebook(), _Theano()]
        from ..utils import streams

        streams.return_rows(_rows)


def _rows(arrays):
    """A data set of the rows of arrays, which `split_dataset` returns in scripts."""
    from .pipelines import Dataset

    return Dataset.from_tensor_slices(arrays)


def _is_ours(module) -> bool:
    return isinstance(getattr(module.__spec__, "loader", None), _Stand)
