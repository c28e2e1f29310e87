"""`keras.src` of a checkout of Keras, as its own tests import it, with brickwork's objects behind.

The tests import from Keras's source: ``from keras.src.layers.core.dense import Dense``. Which of
those names are public, and how the public calls them, the checkout says itself: each file of its
``keras/api`` is a list of imports (`public_names`). So a name of a source module is looked up

1. as the public name that it has by ``keras/api``;
2. among what the tests use as a support, which brickwork has elsewhere (`SUPPORT`);
3. else it is private: `Private` stands for it, and a test that uses it is not counted.

A public name that brickwork lacks on purpose (`spelling.absent`) stops a test in the same way, with
its reason. One that is just missing raises an AttributeError, and counts as a failure.
"""

from __future__ import annotations

import ast
import importlib
import sys
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest

from brickwork.spelling.absent import REASONS, reason_for_name

#: Packages that may not be installed, which some tests take their data from.
ELSEWHERE = ("torch", "grain", "orbax", "optree", "openvino", "dmtree", "flax", "tree")
#: Modules of the source that are brickwork's under another name: what tests use to look at results.
MODULES = {
    "backend.numpy": "ops",
    "backend.nn": "ops",
    "backend.linalg": "ops",
    "backend.math": "ops",
    "backend.random": "random",
}
#: Names of the source that are not public there, and where brickwork has what they do.
SUPPORT = {
    "backend": {
        "convert_to_tensor": "ops.convert_to_tensor",
        "convert_to_numpy": "ops.convert_to_numpy",
        "is_tensor": "ops.is_tensor",
        "shape": "ops.shape",
        "cast": "ops.cast",
        "cond": "ops.cond",
        "stop_gradient": "ops.stop_gradient",
    },
    "models": {"Functional": "models.Functional"},
    "models.functional": {"Functional": "models.Functional"},
}
#: Beginnings of names that Python and pytest look for in modules.
ASKED_BY_PYTEST = ("__", "pytest", "setup_", "teardown_", "setUp", "tearDown", "collect_ignore")
#: What backends say of themselves.
FACTS = {
    "backend": {
        "SUPPORTS_SPARSE_TENSORS": False,
        "SUPPORTS_RAGGED_TENSORS": False,
        "SUPPORTS_COMPLEX_DTYPES": False,
        "IS_THREAD_SAFE": True,
    },
    "backend.common.dtypes": {
        "BOOL_TYPES": ("bool",),
        "INT_TYPES": ("int32", "int64"),
        "FLOAT_TYPES": ("float32", "float64"),
        "ALL_DTYPES": ("bool", "int32", "int64", "float32", "float64"),
    },
}
#: Files that ask at once for the trainer of a backend that they know, and which they are told.
TOLD = {"keras.src.trainers.trainer_test": "tensorflow"}


class Stop(type):
    """The class of placeholders: a test that uses one is skipped, with the reason."""

    def __call__(cls, *args, **kwargs):
        pytest.skip(cls.reason, allow_module_level=True)

    def __getattr__(cls, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(f"{cls.path}.{name}", cls.reason)

    def __instancecheck__(cls, item) -> bool:
        return False

    def __enter__(cls):
        pytest.skip(cls.reason, allow_module_level=True)

    def __exit__(cls, *_):
        """Nothing was entered."""

    def __iter__(cls):
        pytest.skip(cls.reason, allow_module_level=True)

    __len__ = __float__ = __int__ = __iter__


def placeholder(path: str, reason: str) -> type:
    """A class that stands for a name, and skips the test that calls it or enters it."""
    return Stop(path.rpartition(".")[2], (), {"path": path, "reason": reason})


def private(path: str) -> type:
    """The placeholder of a private name."""
    return placeholder(path, f"private: {path}")


def public_names(checkout: Path) -> dict[tuple[str, str], str]:
    """For each (module of the source, name): the public name, such as ``layers.Dense``."""
    found: dict[tuple[str, str], str] = {}
    api = checkout / "keras" / "api"
    for file in sorted(api.rglob("*.py")):
        public = ".".join(file.relative_to(api).parent.parts)
        if public.startswith(("_tf_keras", "legacy")):
            continue
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keras.src"):
                inner = node.module[len("keras.src") + 1 :]
                for name in node.names:
                    path = f"{public}.{name.asname or name.name}".lstrip(".")
                    found.setdefault((inner, name.name), path)
    return found


class Source:
    """Finds ``keras.src`` and its modules, and those of `ELSEWHERE` that are not installed."""

    def __init__(self, checkout: Path):
        self.checkout, self.told = checkout, ""
        self.public = public_names(checkout)

    def find_spec(self, name: str, path=None, target=None):
        """The spec of a module of the source; None for other names."""
        root = name.partition(".")[0]
        part = name.startswith("tensorflow.") and not name.startswith("tensorflow.keras")
        if (root in ELSEWHERE or part) and not _installed(name if part else root):
            return ModuleSpec(name, _Elsewhere(), is_package=True)
        if name != "keras.src" and not name.startswith("keras.src."):
            return None
        if name.endswith("_test"):
            file = self.checkout / (name.replace(".", "/") + ".py")
            found = spec_from_file_location(name, file)
            if name in TOLD:
                found.loader = _Told(self, TOLD[name], name, str(file))
            return found
        return ModuleSpec(name, _Module(self), is_package=True)

    def is_module(self, inner: str) -> bool:
        """Whether the source has such a module."""
        path = self.checkout / "keras" / "src" / inner.replace(".", "/")
        return path.is_dir() or path.with_suffix(".py").is_file()

    def look_up(self, inner: str, name: str):
        """The object behind a name of a module of the source."""
        if (inner, name) == ("backend", "backend") and self.told:
            return lambda: self.told
        if (inner, name) in self.public:
            return self.at(self.public[inner, name])
        whole = f"{inner}.{name}".lstrip(".")
        if whole == "utils.module_utils.tensorflow":
            return importlib.import_module("tensorflow")
        if whole in MODULES:
            return importlib.import_module(f"brickwork.{MODULES[whole]}")
        if name in SUPPORT.get(inner, {}):
            return self.at(SUPPORT[inner][name])
        if name in FACTS.get(inner, {}):
            return FACTS[inner][name]
        if inner.endswith(".trainer") and name.endswith("Trainer"):
            import support

            return support.Trainer
        if self.is_module(whole):
            return importlib.import_module(f"keras.src.{whole}")
        package = inner.partition(".")[0]
        for (module, known), public in self.public.items():
            within = not package or module == package or module.startswith(f"{package}.")
            if known == name and within:
                return self.at(public)
        public = package if inner == package else inner
        if f"{public}.{name}" in self.public.values():
            return self.at(f"{public}.{name}")
        return private(f"keras.src.{whole}")

    def at(self, public: str):
        """brickwork's object of a public name."""
        import keras

        found, (place, _, last) = keras, public.rpartition(".")
        for part in public.split("."):
            if not hasattr(found, part):
                if reason := reason_for_name(place, last):
                    return placeholder(public, f"absent: {public}: {REASONS[reason][0]}")
                return Missing(f"keras.{public}")
            found = getattr(found, part)
        return found


class Missing:
    """Stands for a public name that brickwork has not: using it is a failure, importing is not."""

    def __init__(self, path: str):
        self.__dict__["path"] = path

    def _fail(self, *args, **kwargs):
        raise AttributeError(f"brickwork has no {self.path}")

    __call__ = __getattr__ = __enter__ = __iter__ = __mro_entries__ = __instancecheck__ = _fail

    def __exit__(self, *_):
        """Nothing was entered."""


class _Module:
    """Loads a module of the source, whose names are looked up when they are asked for."""

    def __init__(self, source: Source):
        self.source = source

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        inner = module.__name__[len("keras.src") + 1 :]
        if inner.split(".")[0] == "testing":
            import support

            module.__dict__.update(
                {k: v for k, v in vars(support).items() if not k.startswith("__")}
            )
        source = self.source

        def part(name: str):
            if name.startswith(ASKED_BY_PYTEST):
                raise AttributeError(name)
            return source.look_up(inner, name)

        module.__getattr__ = part


class _Elsewhere:
    """Loads a package that is not installed: whatever a test does with it, skips the test."""

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        reason = f"another library: {module.__name__.partition('.')[0]}"

        def part(name: str):
            if name.startswith("__"):
                raise AttributeError(name)
            return placeholder(f"{module.__name__}.{name}", reason)

        module.__getattr__ = part


class _Told(SourceFileLoader):
    """Loads a test file while `keras.src.backend.backend()` says another backend."""

    def __init__(self, source: Source, told: str, name: str, path: str):
        super().__init__(name, path)
        self.source, self.told = source, told

    def exec_module(self, module) -> None:
        self.source.told = self.told
        try:
            super().exec_module(module)
        finally:
            self.source.told = ""


@cache
def _installed(name: str) -> bool:
    """Whether another finder has the module."""
    others = [f for f in sys.meta_path if not isinstance(f, Source) and hasattr(f, "find_spec")]
    return any(finder.find_spec(name, None) is not None for finder in others)


def install(checkout: Path) -> None:
    """Let ``keras`` mean brickwork, and ``keras.src`` what tests of the checkout import."""
    from brickwork import dialects
    from brickwork.dialects import tensorflow
    from brickwork.spelling import absent

    dialects.install()
    sys.meta_path.insert(0, Source(checkout))

    def stopped(cls, *args, **kwargs):
        pytest.skip(f"absent: {cls._path}: {cls._reason.partition(': ')[2].partition('. ')[0]}")

    absent._Absent.__call__ = stopped

    def not_here(where: str, name: str):
        if name.startswith("__"):
            return AttributeError(name)
        pytest.skip(f"another library: {where}.{name}", allow_module_level=True)

    tensorflow._missing = not_here
