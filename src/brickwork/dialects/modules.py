"""Imports: old places of modules, and ``import keras`` where it means brickwork."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

from .places import MODULES

_PACKAGE = __name__.partition(".")[0]
_ROOTS = ("tensorflow.keras", "tensorflow.python.keras", "tf_keras", "keras")
_TENSORFLOW = ("compat", "compat.v1", "config", "data", "distribute", "initializers", "linalg",
               "losses", "math", "metrics", "nn", "optimizers", "random", "test", "train")
_IPYTHON = {"IPython": ("get_ipython",),
            "IPython.display": ("HTML", "SVG", "Image", "Markdown", "clear_output", "display")}


class _Alias:
    """Loads a module that is already there under another name."""

    def __init__(self, today: str):
        self.today = today

    def create_module(self, spec):
        module = import_module(self.today)
        self.spec = module.__spec__
        return module

    def exec_module(self, module) -> None:
        module.__spec__ = self.spec  # the import system has put the alias's in its place


class _Stand:
    """Loads some names of a module of ours under the name of another library."""

    def __init__(self, source: str, names: tuple[str, ...]):
        self.source, self.names = source, names

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        source = import_module(f"{_PACKAGE}.dialects.{self.source}")
        for name in self.names:
            setattr(module, name, getattr(source, name))
        vars(source).get("entered", lambda: None)()


def _spec(name: str, loader) -> ModuleSpec:
    return ModuleSpec(name, loader, is_package=True)


class _Part:
    """Loads what a module of ours has as an attribute: ``tensorflow.random``."""

    def __init__(self, path: list[str]):
        self.path = path

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        part = import_module("tensorflow")
        for name in self.path:
            part = getattr(part, name)
        module.__getattr__ = lambda name: getattr(part, name)


class OldPlaces:
    """Finds ``brickwork.utils.np_utils``; asked only after all others have found nothing."""

    ipython = False

    def find_spec(self, name, path=None, target=None):
        """What the import system asks for each name."""
        root, _, inner = name.partition(".")
        if root == _PACKAGE and inner in MODULES:
            _tell_of(inner)
            return _spec(name, _Alias(f"{_PACKAGE}.{MODULES[inner]}"))
        if root == _PACKAGE and inner:
            _refuse_absent(name, inner)
        if self.ipython and name in _IPYTHON:
            return _spec(name, _Stand("notebook", _IPYTHON[name]))
        return None


class AsKeras:
    """Finds ``keras`` and what is in it, before an installed Keras is found."""

    said = False

    def find_spec(self, name, path=None, target=None):
        """What the import system asks for each name."""
        if name == "tensorflow":
            self._say()
            return _spec(name, _Stand("tensorflow", (
                "__dir__", "__getattr__", "__version__", "keras")))
        if name == "tensorflow.python":
            return _spec(name, _Stand("tensorflow", ("keras",)))
        if name.startswith("tensorflow.") and name.partition(".")[2] in _TENSORFLOW:
            return _spec(name, _Part(name.split(".")[1:]))
        root = next((r for r in _ROOTS if name == r or name.startswith(f"{r}.")), None)
        if root is None:
            return None
        self._say()
        inner = name[len(root) + 1:]
        if not inner:
            return _spec(name, _Stand("keras", (
                "__dir__", "__getattr__", "__version__", "version")))
        if inner in MODULES:
            _tell_of(inner)
            inner = MODULES[inner]
        today = f"{_PACKAGE}.{inner}"
        if today not in sys.modules and not _exists(today):
            from .absent import Absence, reason

            if reason(inner):
                return _spec(name, Absence(reason(inner)))
            raise ModuleNotFoundError(f"No module named {name!r}: {name} means {today} here, "
                                      "which brickwork does not have.", name=name)
        return _spec(name, _Alias(today))

    def _say(self) -> None:
        """Which engine is at work, on stderr, as Keras did."""
        if not self.said:
            AsKeras.said = True
            from .run import engine_line

            print(engine_line(), file=sys.stderr)


def _refuse_absent(name: str, inner: str) -> None:
    """Say why a module of Keras's is not there; and why a name is not, of which ``from package
    import name`` asks here whether it is a module, and says nothing of what else was raised."""
    from .absent import message, reason, told

    if reason(inner):
        raise ModuleNotFoundError(f"No module named {name!r}: {told(reason(inner))}", name=name)
    module, _, last = inner.rpartition(".")
    if module and (said := message(module, last)):
        raise ImportError(said)


def _exists(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of what it would be in
        return False


def _tell_of(inner: str) -> None:
    from .spelling import tell

    root = "keras" if AsKeras.said else _PACKAGE
    tell("import", [(f"{root}.{inner}", f"{root}.{MODULES[inner]}")])


def watch() -> OldPlaces:
    """See to it that old places of brickwork's own modules are found."""
    for finder in sys.meta_path:
        if isinstance(finder, OldPlaces):
            return finder
    sys.meta_path.append(OldPlaces())
    return sys.meta_path[-1]


def keras_is_ours() -> bool:
    """Whether ``import keras`` means brickwork here."""
    return any(isinstance(finder, AsKeras) for finder in sys.meta_path)


def install() -> None:
    """Let ``import keras`` mean brickwork from now on.

    Raises:
        RuntimeError: where another Keras is imported already.
    """
    for root in ("keras", "tf_keras", "tensorflow"):
        if root in sys.modules and not _is_ours(sys.modules[root]):
            raise RuntimeError(f"{root} is imported already and cannot become brickwork; install "
                               "before anything imports it (in a notebook, in the first cell).")
    watch().ipython = True
    if not keras_is_ours():
        sys.meta_path.insert(0, AsKeras())


def _is_ours(module) -> bool:
    return isinstance(getattr(module.__spec__, "loader", None), _Stand)
