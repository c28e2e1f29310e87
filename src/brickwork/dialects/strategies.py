"""``tf.distribute``: several devices are a `DataParallel`; with one a strategy has no effect."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import Any

from ..spelling.no_effect import has_no_effect


class Strategy:
    """What ``tf.distribute.MirroredStrategy()`` and the like return.

    Args:
        devices: the devices that JAX has, by name; with one of them, or none, it has no effect.
    """

    def __init__(self, devices: list[str]):
        self._devices = devices
        self.num_replicas_in_sync = max(1, len(devices))

    def scope(self) -> AbstractContextManager:
        """A context for what is made; as in TensorFlow it may be trained outside."""
        if len(self._devices) > 1:
            from .. import distribution

            distribution.set_distribution(distribution.DataParallel(devices=self._devices))
        return nullcontext()


def strategy(devices: Any = None, **_: Any) -> Strategy:
    """Return a strategy for all devices, or for some: ``["/gpu:0", "/gpu:1"]``.

    Args:
        devices: names, or None for all.
    """
    known: list[str] = []
    if find_spec("jax") is not None:
        from .. import distribution

        known = distribution.list_devices()
    if isinstance(devices, list | tuple):
        wanted = [str(name).rpartition("/")[2].replace("device:", "").lower() for name in devices]
        known = [name for name in known if name in wanted]
    if len(known) < 2:
        has_no_effect("tf.distribute")
    return Strategy(known)


def current() -> Strategy:
    """What ``tf.distribute.get_strategy()`` returns."""
    from .. import distribution

    now = distribution.distribution()
    return Strategy([] if now is None else now.device_mesh.devices.ravel().tolist())
