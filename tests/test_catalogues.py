"""What stands in the package is in its catalogue, and registered, so that names, configs and files
find it. Messages report what is missing, and its file."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import brickwork
from brickwork import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
)

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
UNNAMED = {"AddLoss", "AddMetric", "Operation"}


def file_of(item) -> str:
    return str(Path(inspect.getsourcefile(item)).relative_to(ROOT.parent.parent))


def catalogue(package: str) -> str:
    """The file that says which module holds which names."""
    module = import_module(f"brickwork.{package}")
    for name in ("catalogue", "__init__"):
        file = Path(module.__file__).parent / f"{name}.py"
        if file.exists():
            return str(file.relative_to(ROOT.parent.parent))
    raise AssertionError(package)


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
            "finds it: write @registry.add above it")
        assert not registered or kind.__name__ in names | WITH_BASE, (
            f"{kind.__name__} in {file_of(kind)} is in no catalogue, so brickwork.{package} does "
            f"not know it: enter it in {catalogue(package)}")


@pytest.mark.parametrize("package", ["losses", "metrics"])
def test_every_function_is_in_the_catalogue(package):
    base, registry, names = PACKAGES[package]
    classes(package, base)  # all files are loaded
    for item in registry.items():
        assert isinstance(item, type) or item.__name__ in names, (
            f"{item.__name__} in {file_of(item)} is in no catalogue, so brickwork.{package} does "
            f"not know it: enter it in {catalogue(package)}")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_of_the_catalogue_is_there(package):
    base, registry, names = PACKAGES[package]
    found = {name: look_up(package, name) for name in sorted(names)}
    for name, item in found.items():
        assert not (isinstance(item, type) and issubclass(item, base)) or (
            item is base or item in registry.items()), (
            f"{name} in {file_of(item)} is not registered: write @registry.add above it")


def look_up(package: str, name: str):
    try:
        return getattr(import_module(f"brickwork.{package}"), name)
    except (ImportError, AttributeError) as error:
        raise AssertionError(f"{catalogue(package)} names {name}, which is not there: {error}"
                             ) from error


@pytest.mark.parametrize("module", [activations, initializers, regularizers, constraints])
def test_what_a_file_holds_is_registered(module):
    """Files that are catalogues themselves."""
    own = {item for name, item in vars(module).items()
           if not name.startswith("_") and getattr(item, "__module__", "") == module.__name__}
    if module is activations:
        wanted = {item for item in own if inspect.isfunction(item)
                  and item.__name__ not in ("get", "serialize", "deserialize")}
    else:
        wanted = {item for item in own if isinstance(item, type) and is_for_users(item)}
    for item in wanted:
        assert item in module.registry.items(), (
            f"{item.__name__} in {file_of(item)} is not registered, so no name, config or file "
            "finds it: write @registry.add above it")
