"""Training on several devices and machines, by Keras's names; the engine on JAX does the work.

>>> from brickwork import distribution
>>> len(distribution.list_devices("cpu")) >= 1
True

``set_distribution(DataParallel())`` divides the rows of each batch among all devices, and every
device has all weights; `ModelParallel` divides weights, too. The weights that come of it are those
that one device would have reached, up to rounding.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from .engines.choice import listeners
from .errors import ArgumentError

if TYPE_CHECKING:
    from .engines.jax.placement import Placement

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "Distribution",
    "LayoutMap",
    "ModelParallel",
    "TensorLayout",
    "distribute_tensor",
    "distribution",
    "get_device_count",
    "initialize",
    "list_devices",
    "set_distribution",
]

_current: Distribution | None = None


def list_devices(device_type: str | None = None) -> list[str]:
    """Return the devices of all processes, such as ``["cpu:0", "cpu:1"]``.

    Args:
        device_type: "cpu", "gpu" or "tpu"; None (default) for those that JAX would use.

    Returns:
        A list of names.

    Raises:
        ArgumentError (a ValueError): where JAX is not installed, or has no such devices.

    >>> list_devices("cpu")[0]
    'cpu:0'
    """
    return [_name(device) for device in _devices(device_type)]


def get_device_count(device_type: str | None = None) -> int:
    """Return the number of devices of all processes.

    Args:
        device_type: as for `list_devices`.

    Returns:
        An int.

    >>> get_device_count("cpu") == len(list_devices("cpu"))
    True
    """
    return len(_devices(device_type))


def initialize(
    job_addresses: str | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
) -> None:
    """Make this process one of several that train together; to be called before all else.

    What is not given is taken from the variables ``KERAS_DISTRIBUTION_JOB_ADDRESSES``,
    ``KERAS_DISTRIBUTION_NUM_PROCESSES`` and ``KERAS_DISTRIBUTION_PROCESS_ID``, which ``brickwork
    launch`` sets; what is not there, from the environment of SLURM or Open MPI (which since its
    version 5 does not say the address). ``examples/cluster`` has a file for each, for Kubernetes
    and for Ray. An error that ends the script ends this process at once, and so the others.

    Python's and NumPy's generators get the same seed in all processes, drawn from that of the first
    one, so that a script without a seed begins with the same weights in each.

    Args:
        job_addresses: the address of the first process, ``"host:port"``; of several, separated by
            commas, the first counts.
        num_processes: how many there are.
        process_id: the number of this one, from 0 on.

    Raises:
        ArgumentError (a ValueError): for what is nowhere to be found.

    >>> address = "localhost:8476"
    >>> initialize(address, num_processes=2, process_id=0)     # doctest: +SKIP
    """
    from .engines.jax import processes

    addresses = job_addresses or os.environ.get("KERAS_DISTRIBUTION_JOB_ADDRESSES")
    if num_processes is None and (count := os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES")):
        num_processes = int(count)
    if process_id is None and (own := os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID")):
        process_id = int(own)
    processes.join(addresses.split(",")[0] if addresses else None, num_processes, process_id)
    if processes.several():  # seeds that nobody sets are drawn from these
        seed = processes.of_first("the seed", random.getrandbits(31))
        random.seed(seed)
        np.random.seed(seed)


def finish() -> None:
    """Wait for the other processes at the end of a script, as ``brickwork launch`` does.

    Raises:
        ValueError: if one of them is elsewhere.
    """
    from .engines.jax import processes

    processes.agree("the end of the script", {})


class DeviceMesh:
    """Devices, arranged along named axes.

    Args:
        shape: how many devices there are along each axis.
        axis_names: names of the axes, such as ``["batch", "model"]``.
        devices: their names, as `list_devices` returns them; None (default) for all.

    Raises:
        ArgumentError (a ValueError): for another number of names or of devices.

    >>> DeviceMesh((1, 1), ["batch", "model"], list_devices()[:1])
    <DeviceMesh batch=1, model=1>
    """

    def __init__(
        self,
        shape: Sequence[int],
        axis_names: Sequence[str],
        devices: Sequence[str] | np.ndarray | None = None,
    ):
        names = list_devices() if devices is None else np.ravel(devices).tolist()
        if len(shape) != len(axis_names):
            raise ArgumentError(
                "DeviceMesh.axis_names",
                f"got {list(axis_names)} for the shape {tuple(shape)}, expected a name for each "
                "axis.",
            )
        if prod(shape) != len(names):
            raise ArgumentError(
                "DeviceMesh.shape",
                f"got {tuple(shape)} for {len(names)} devices, expected a shape of that many.",
            )
        self.shape, self.axis_names = tuple(shape), list(axis_names)
        self.devices = np.array(names).reshape(self.shape)

    def __repr__(self) -> str:
        axes = ", ".join(f"{n}={k}" for n, k in zip(self.axis_names, self.shape, strict=True))
        return f"<DeviceMesh {axes}>"

    @property
    def backend_mesh(self) -> Any:
        """JAX's object for it."""
        from jax.sharding import Mesh

        known = {_name(device): device for device in _devices(None)}
        known |= {_name(d): d for d in _devices(str(self.devices.flat[0]).partition(":")[0])}
        unknown = [name for name in self.devices.ravel().tolist() if name not in known]
        if unknown:
            raise ArgumentError(
                "DeviceMesh.devices", f"got {unknown[0]!r}, expected one of {', '.join(known)}."
            )
        devices = np.array([known[name] for name in self.devices.flat], object)
        return Mesh(devices.reshape(self.shape), self.axis_names)


class TensorLayout:
    """Along which axes of a mesh the dimensions of an array are divided.

    Args:
        axes: for each dimension the name of an axis, or None where it is not divided.
        device_mesh: the mesh; a `LayoutMap` fills its own in.

    >>> TensorLayout([None, "model"])
    <TensorLayout (None, 'model')>
    """

    def __init__(self, axes: Sequence[str | None], device_mesh: DeviceMesh | None = None):
        self.axes, self.device_mesh = tuple(axes), device_mesh
        names = device_mesh.axis_names if device_mesh else [a for a in self.axes if a]
        for axis in self.axes:
            if axis is not None and axis not in names:
                raise ArgumentError("TensorLayout.axes", f"got {axis!r}, expected one of {names}.")

    def __repr__(self) -> str:
        return f"<TensorLayout {self.axes}>"


class LayoutMap(MutableMapping):
    """The layouts of weights, by their paths.

    A key is a path such as ``"dense/kernel"``, or a regular expression that is searched for in
    paths. Weights without a layout are whole on each device.

    Args:
        device_mesh: the mesh of the layouts.

    >>> layouts = LayoutMap(DeviceMesh((1, 1), ["batch", "model"], list_devices()[:1]))
    >>> layouts["dense.*/kernel"] = (None, "model")
    >>> layouts["net/dense_1/kernel"]
    <TensorLayout (None, 'model')>
    """

    def __init__(self, device_mesh: DeviceMesh):
        self.device_mesh = device_mesh
        self._layouts: dict[str, TensorLayout] = {}

    def __getitem__(self, key: str) -> TensorLayout | None:  # type: ignore[override]
        if key in self._layouts:
            return self._layouts[key]
        found = [pattern for pattern in self._layouts if re.search(pattern, key)]
        if len(found) > 1:
            raise ArgumentError(
                "LayoutMap",
                f"got several layouts for {key}, of {' and '.join(map(repr, found))}, expected "
                "one. Make the patterns more exact.",
            )
        return self._layouts[found[0]] if found else None

    def __setitem__(self, key: str, layout: TensorLayout | Sequence[str | None]) -> None:
        if key in self._layouts:
            raise ArgumentError("LayoutMap", f"got {key!r} twice, expected each key once.")
        axes = layout.axes if isinstance(layout, TensorLayout) else layout
        self._layouts[key] = TensorLayout(axes, self.device_mesh)

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __len__(self) -> int:
        return len(self._layouts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)


class Distribution:
    """The base of `DataParallel` and `ModelParallel`.

    Args:
        device_mesh: the devices.
        batch_dim_name: the axis of the mesh over which the rows of batches are divided.
        auto_shard_dataset: whether all processes are given the same data, of which each takes its
            own rows; False where each is given its own rows already.

    >>> Distribution(DeviceMesh((1,), ["rows"], list_devices()[:1]), "rows").batch_dim_name
    'rows'
    """

    def __init__(
        self, device_mesh: DeviceMesh, batch_dim_name: str, auto_shard_dataset: bool = True
    ):
        self.device_mesh, self.batch_dim_name = device_mesh, batch_dim_name
        self.auto_shard_dataset = auto_shard_dataset

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """Return the layout of a weight.

        Args:
            variable: the weight, or what has a `path` and a `shape` like it.

        Returns:
            A `TensorLayout`.
        """
        return TensorLayout(self._axes_of(variable.path) or (None,) * len(variable.shape))

    def _axes_of(self, path: str) -> tuple:
        return ()

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A context in which this is the distribution."""
        before = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(before)

    @cached_property
    def placement(self) -> Placement:
        """What the engine needs to know of it."""
        from .engines.jax.placement import Placement

        own = not self.auto_shard_dataset
        found = Placement(self.device_mesh.backend_mesh, self.batch_dim_name, self._axes_of, own)
        if own and not found.each:
            raise ArgumentError(
                "auto_shard_dataset",
                "got False for processes of which several compute the same rows, expected True.",
            )
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.device_mesh}>"


class DataParallel(Distribution):
    """Divide the rows of each batch among devices; each device has all weights.

    A batch whose rows are not a multiple of the number of devices, such as the last one, is not
    divided.

    Args:
        device_mesh: a mesh; its first axis is that of the rows. Default: all devices.
        devices: in place of a mesh, the names of the devices.
        auto_shard_dataset: whether all processes are given the same data, of which each takes its
            own rows (default); False where each is given its own rows already.

    >>> DataParallel(devices=list_devices()[:1])
    <DataParallel <DeviceMesh batch=1>>
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[str] | None = None,
        auto_shard_dataset: bool = True,
    ):
        if device_mesh is None:
            names = list_devices() if devices is None else list(devices)
            device_mesh = DeviceMesh((len(names),), ["batch"], names)
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)


class ModelParallel(Distribution):
    """Divide weights among devices, and the rows of each batch as well.

    Args:
        layout_map: a `LayoutMap`, which has the mesh.
        batch_dim_name: the axis of the mesh for the rows; default the first one.
        auto_shard_dataset: as for `DataParallel`.

    >>> devices = list_devices()[:1]
    >>> mesh = DeviceMesh((1, 1), ["batch", "model"], devices)
    >>> layouts = LayoutMap(mesh)
    >>> layouts["dense.*/kernel"] = (None, "model")
    >>> ModelParallel(layout_map=layouts)
    <ModelParallel <DeviceMesh batch=1, model=1>>
    """

    def __init__(
        self,
        *,
        layout_map: LayoutMap,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
    ):
        mesh = layout_map.device_mesh
        if batch_dim_name is not None and batch_dim_name not in mesh.axis_names:
            raise ArgumentError(
                "ModelParallel.batch_dim_name",
                f"got {batch_dim_name!r}, expected one of {mesh.axis_names}.",
            )
        super().__init__(mesh, batch_dim_name or mesh.axis_names[0], auto_shard_dataset)
        self.layout_map = layout_map

    def _axes_of(self, path: str) -> tuple:
        layout = self.layout_map[path]
        return () if layout is None else layout.axes


def distribution() -> Distribution | None:
    """Return the distribution that was set.

    Returns:
        A `Distribution`; None if there is none.

    >>> distribution() is None
    True
    """
    return _current


def set_distribution(value: Distribution | None) -> None:
    """Let models train on the devices of a distribution from now on.

    Models that `compile` tells no engine then run in JAX.

    Args:
        value: the distribution; None for one device.

    Raises:
        ArgumentError (a ValueError): for anything else.

    >>> set_distribution(DataParallel(devices=list_devices()[:1]))
    >>> distribution()
    <DataParallel <DeviceMesh batch=1>>
    >>> set_distribution(None)
    """
    global _current
    if value is not None and not isinstance(value, Distribution):
        raise ArgumentError("set_distribution", f"got {value!r}, expected a Distribution or None.")
    if value is _current:
        return
    from .engines.jax import placement

    placement.place(None if value is None else value.placement)
    _current = value
    for listener in listeners:
        listener()


def distribute_tensor(tensor: Any, layout: TensorLayout) -> Any:
    """Return an array on the devices of a mesh, as one of JAX's.

    Args:
        tensor: an array.
        layout: how it is divided; it has a mesh.

    Returns:
        A ``jax.Array``.

    Raises:
        ArgumentError (a ValueError): for a layout without a mesh.

    >>> mesh = DeviceMesh((1,), ["batch"], list_devices()[:1])
    >>> distribute_tensor([[1.0, 2.0]], TensorLayout(["batch", None], mesh)).shape
    (1, 2)
    """
    from jax.sharding import NamedSharding, PartitionSpec

    from .engines.jax.placement import put

    if layout.device_mesh is None:
        raise ArgumentError("distribute_tensor.layout", "got no device_mesh, expected one.")
    mesh = layout.device_mesh.backend_mesh
    return put(np.asarray(tensor), NamedSharding(mesh, PartitionSpec(*layout.axes)))


def _devices(kind: str | None) -> list:
    try:
        import jax
    except ImportError:
        raise ArgumentError(
            "distribution", "needs JAX, which is not installed: pip install 'brickwork[jax]'."
        ) from None
    try:
        return jax.devices(None if kind is None else kind.lower())
    except RuntimeError as error:
        raise ArgumentError("list_devices.device_type", f"got {kind!r}: {error}") from None


def _name(device: Any) -> str:
    return f"{device.platform}:{device.id}"
