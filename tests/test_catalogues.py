"""What stands in the package is in its catalogue, and registered, so that names, configs and files
find it. Messages report what is missing, and its file."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest

import brickwork
from brickwork import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    regularizers,
)
from brickwork.fields import REQUIRED, field
from brickwork.program import between

ROOT = Path(brickwork.__file__).parent
#: For each package: the base of its classes, its registry, and the names to look up.
PACKAGES = {
    "layers": (layers.Layer, layers.registry, set(layers.__all__)),
    "losses": (losses.Loss, losses.registry, set(losses.names)),
    "metrics": (metrics.Metric, metrics.registry, set(metrics.names)),
    "optimizers": (optimizers.Optimizer, optimizers.registry, set(optimizers.names)),
}
#: Registered with their base, whose file is loaded anyhow.
WITH_BASE = {"Mean", "Sum", "MeanMetricWrapper", "LossFunctionWrapper"}
#: Objects that models create, and that files hold in a special form.
UNNAMED = {"AddLoss", "AddMetric"}
#: Optimizers that have the learning rates of others.
OF_OTHERS = {"LossScaleOptimizer", "MultiOptimizer"}


def file_of(item) -> str:
    return str(Path(inspect.getsourcefile(item)).relative_to(ROOT.parent.parent))


def catalogue(package: str) -> str:
    """The file that says which module holds which names."""
    module = import_module(f"brickwork.{package}")
    one = package.removesuffix("es" if package == "losses" else "s")
    for name in (f"{one}_names", "__init__"):
        file = Path(module.__file__).parent / f"{name}.py"
        if file.exists():
            return str(file.relative_to(ROOT.parent.parent))
    raise AssertionError(package)


def test_the_file_of_a_catalogue_is_found():
    assert [Path(catalogue(package)).name for package in PACKAGES] == [
        "__init__.py",
        "loss_names.py",
        "metric_names.py",
        "optimizer_names.py",
    ]


def classes(package: str, base: type) -> list[type]:
    """Every class of a kind that is written in the files of a package."""
    module = import_module(f"brickwork.{package}")
    for found in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
        import_module(found.name)
    stack, known = [base], set()
    while stack:
        for kind in stack.pop().__subclasses__():
            stack.append(kind)
            if kind.__module__.startswith(f"{module.__name__}."):
                known.add(kind)
    return sorted(known, key=lambda kind: kind.__name__)


def is_for_users(kind: type) -> bool:
    """Whether users are to make it: it is no base of others here, and no part of something."""
    base = any(one.__module__.startswith("brickwork.") for one in kind.__subclasses__())
    return not base and not kind.__name__.startswith("_") and kind.__name__ not in UNNAMED


@pytest.mark.parametrize("package", PACKAGES)
def test_every_class_is_registered_and_in_the_catalogue(package):
    base, registry, names = PACKAGES[package]
    for kind in classes(package, base):
        registered = kind in registry.items()
        assert registered or not is_for_users(kind), (
            f"{kind.__name__} in {file_of(kind)} is not registered, so no name, config or file "
            "finds it: write @registry.add above it"
        )
        assert not registered or kind.__name__ in names | WITH_BASE, (
            f"{kind.__name__} in {file_of(kind)} is in no catalogue, so brickwork.{package} does "
            f"not know it: enter it in {catalogue(package)}"
        )


@pytest.mark.parametrize("package", ["losses", "metrics"])
def test_every_function_is_in_the_catalogue(package):
    base, registry, names = PACKAGES[package]
    classes(package, base)  # all files are loaded
    for item in registry.items():
        assert isinstance(item, type) or item.__name__ in names, (
            f"{item.__name__} in {file_of(item)} is in no catalogue, so brickwork.{package} does "
            f"not know it: enter it in {catalogue(package)}"
        )


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_of_the_catalogue_is_there(package):
    base, registry, names = PACKAGES[package]
    found = {name: look_up(package, name) for name in sorted(names)}
    for name, item in found.items():
        if isinstance(item, type):
            assert item is base or not issubclass(item, base) or item in registry.items(), (
                f"{name} in {file_of(item)} is not registered, so no name, config or file finds "
                "it: write @registry.add above it"
            )
        elif package == "losses" and needs_no_argument(item):  # configs name none of the others
            assert item in registry.items(), (
                f"{name} in {file_of(item)} is not registered, so no name, config or file finds "
                f"it: write registry.add({name}) below it"
            )


def needs_no_argument(loss) -> bool:
    """Whether a function can be called with targets and outputs alone, as one given by name is."""
    further = list(inspect.signature(loss).parameters.values())[2:]
    return all(parameter.default is not parameter.empty for parameter in further)


def kinds_of_targets() -> set[str]:
    """What `labels` may be: the docstring of `Loss` lists it."""
    return set(re.findall(r'"(\w+)"', losses.Loss.__doc__.partition("labels: ")[2]))


def test_the_targets_of_every_loss_are_of_a_known_kind():
    known = kinds_of_targets()
    assert len(known) == 10
    for item in losses.registry.items():
        labels = None if item is losses.LossFunctionWrapper else getattr(item, "labels", None)
        assert labels is None or labels in known, (
            f"{item.__name__}.labels in {file_of(item)} is {labels!r}, which says nothing of its "
            f"targets: expected one of {', '.join(sorted(known))}"
        )


#: What has arguments that are fields: where it is registered.
CONFIGURED = [
    module.registry
    for module in (layers, losses, metrics, optimizers, initializers, regularizers, constraints)
]


def declared_without_field(kind: type) -> list[str]:
    """Annotated attributes with a value that are no arguments, and look like some."""
    return [
        name
        for name, annotation in inspect.get_annotations(kind).items()
        if name in kind.__dict__
        and name not in kind.__fields__
        and not name.startswith("_")
        and "ClassVar" not in str(annotation)
    ]


def test_every_argument_is_a_field():
    for kind in (item for registry in CONFIGURED for item in registry.items()):
        for name in declared_without_field(kind) if hasattr(kind, "__fields__") else ():
            raise AssertionError(
                f"{kind.__name__}.{name} in {file_of(kind)} is no argument: write "
                f"{name}: ... = field(default=...), or annotate it as ClassVar if it is none"
            )


def test_an_argument_without_field_is_found():
    class Scaled(layers.Layer):
        scale: float = 1.0
        rate: float = field(default=0.0, kind="float")
        built_in: ClassVar[bool] = True

    assert declared_without_field(Scaled) == ["scale"]


def test_every_optimizer_has_a_default_learning_rate():
    for kind in classes("optimizers", optimizers.Optimizer):
        default = kind.__fields__["learning_rate"].default
        assert default is not REQUIRED or not is_for_users(kind) or kind.__name__ in OF_OTHERS, (
            f"{kind.__name__} in {file_of(kind)} has no default learning rate, so neither its name "
            "nor a call without arguments makes one: write learning_rate = 0.01 into the class"
        )


def look_up(package: str, name: str):
    try:
        return getattr(import_module(f"brickwork.{package}"), name)
    except (ImportError, AttributeError) as error:
        raise AssertionError(
            f"{catalogue(package)} names {name}, which is not there: {error}"
        ) from error


@pytest.mark.parametrize("module", [activations, initializers, regularizers, constraints])
def test_what_a_file_holds_is_registered(module):
    """Files that are catalogues themselves."""
    own = {
        item
        for name, item in vars(module).items()
        if not name.startswith("_") and getattr(item, "__module__", "") == module.__name__
    }
    if module is activations:
        wanted = {
            item
            for item in own
            if inspect.isfunction(item) and item.__name__ not in ("get", "serialize", "deserialize")
        }
    else:
        wanted = {item for item in own if isinstance(item, type) and is_for_users(item)}
    for item in wanted:
        assert item in module.registry.items(), (
            f"{item.__name__} in {file_of(item)} is not registered, so no name, config or file "
            "finds it: write @registry.add above it"
        )


def used_names() -> set[str]:
    """What any file of the package uses, or imports from another."""
    found = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Name):
                found.add(node.id)
    return found


def test_every_function_of_a_file_of_ops_is_an_op_or_a_part_of_others():
    used = used_names()
    for found in pkgutil.iter_modules(ops.__path__, "brickwork.ops."):
        module = import_module(found.name)
        for name, item in vars(module).items():
            own = inspect.isfunction(item) and item.__module__ == found.name
            assert not own or name.startswith("_") or name in {*module.__all__, *used}, (
                f"{name} in {file_of(item)} is no op yet, and nothing uses it: enter it in "
                "__all__ of its file, and its cases in OPS of tests/ours.py (in CASES of "
                "tests/ops/op_cases.py if Keras has it); if it is a part of others, begin its name "
                "with _"
            )


def test_the_table_of_ops_says_what_each_file_defines():
    files = {one.name for one in pkgutil.iter_modules(ops.__path__)}
    for file in sorted(files | ops._FILES.keys()):
        names = sorted(import_module(f"brickwork.ops.{file}").__all__)
        assert ops._FILES.get(file, "").split() == names, (
            f"enter {file!r} in _FILES of {file_of(ops.__getattr__)}: {' '.join(names)}"
        )
    assert not files & set(ops.__all__), "a file of an op's name hides the op"


def test_calls_of_ops_between_layers_are_recorded():
    """By whichever module they are imported from: each file of ops ends with `connect`."""
    for name in ops.__all__:
        if name not in between._NO_NODES | between._AT_ONCE:
            function = getattr(ops, name)
            assert getattr(import_module(ops._FILE_OF[name]), name) is function
            assert function.__code__.co_qualname == "recorded_as.<locals>.op", (
                f"{file_of(inspect.unwrap(function))} must end with connect(globals(), __all__)"
            )
