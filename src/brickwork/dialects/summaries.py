"""``tf.summary``: scalars and histograms in event files for TensorBoard. Pictures, texts, audio and
graphs are accepted and not written, as a warning says.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..callbacks.events import EventFile, histogram as histogram_event, scalar as scalar_event
from ..spelling.no_effect import has_no_effect

_writers: list[Any] = []  # those in force, the innermost last
_step: list[int] = []


class Writer:
    """Writes summaries into an event file in a folder.

    Args:
        logdir: the folder, which is made with the first value.
    """

    def __init__(self, logdir: Any, *_: object, **__: object):
        self.folder, self._file = logdir, None

    def write(self, step: int, event: bytes) -> None:
        """Write a value of a step; it can be read at once."""
        if self._file is None:
            self._file = EventFile(self.folder)
        self._file.write(step, event)
        self._file.flush()

    @contextmanager
    def as_default(self, step: int | None = None):
        """Return a context in which `scalar` and its like write here."""
        _writers.append(self)
        _step.extend([] if step is None else [step])
        try:
            yield self
        finally:
            _writers.remove(self)
            del _step[len(_step) - (step is not None) :]

    def set_as_default(self, step: int | None = None) -> None:
        """Let `scalar` and its like write here from now on."""
        _writers.append(self)
        _step.extend([] if step is None else [step])

    def add_summary(self, summary: Any, global_step: Any = 0) -> None:
        """Write the values of a `Summary` of TensorFlow 1."""
        for value in getattr(summary, "value", ()):
            self.write(int(global_step or 0), scalar_event(value.tag, float(value.simple_value)))

    def add_graph(self, *_: object, **__: object) -> None:
        """Accept a graph, which is not written."""
        has_no_effect("tf.summary.graph")

    def flush(self) -> None:
        """Do nothing: values are written at once."""

    def init(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Close the file; a later value begins another."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Summary(SimpleNamespace):
    """The message of TensorFlow 1: ``Summary(value=[Summary.Value(tag="loss", simple_value=1)])``,
    or filled by ``summary.value.add()``."""

    Value = SimpleNamespace

    class _Values(list):
        def add(self, **given: Any) -> SimpleNamespace:
            self.append(SimpleNamespace(**given))
            return self[-1]

    def __init__(self, value: Any = ()):
        super().__init__(value=self._Values(value))


def _write(step: Any, event: bytes) -> bool:
    if not _writers:
        return False
    if step is None:
        if not _step:
            raise ValueError("tf.summary: got no step, expected step=..., the number of the step.")
        step = _step[-1]
    _writers[-1].write(int(np.asarray(step)), event)
    return True


def scalar(name: str, data: Any, step: Any = None, description: Any = None) -> bool:
    """Write a number; return whether there is a writer."""
    return _write(step, scalar_event(name, float(np.asarray(data))))


def histogram(
    name: str, data: Any, step: Any = None, buckets: Any = None, description=None
) -> bool:
    """Write the distribution of an array's values."""
    return _write(step, histogram_event(name, np.asarray(data)))


def _unwritten(name: str, result: Any = False):
    def function(*_: object, **__: object) -> Any:
        has_no_effect(name)
        return result

    return function


def _set_step(step: int | None) -> None:
    _step[:] = [] if step is None else [step]


@contextmanager
def _record_if(condition: Any):
    """Return a context in which nothing is written if the condition is false."""
    held, _writers[:] = list(_writers), _writers if condition else []
    try:
        yield
    finally:
        _writers[:] = held


NAMES: dict[str, Any] = {
    "create_file_writer": Writer,
    "create_noop_writer": lambda: Writer(None),
    "SummaryWriter": Writer,
    "scalar": scalar,
    "histogram": histogram,
    "image": _unwritten("tf.summary.image"),
    "audio": _unwritten("tf.summary.image"),
    "text": _unwritten("tf.summary.text"),
    "write": _unwritten("tf.summary.text"),
    **{name: _unwritten("tf.summary.graph") for name in ("graph", "trace_on", "trace_export")},
    "trace_off": lambda: None,
    "flush": lambda *_, **__: None,
    "record_if": _record_if,
    "should_record_summaries": lambda: bool(_writers),
    "experimental": SimpleNamespace(
        set_step=_set_step, get_step=lambda: _step[-1] if _step else None
    ),
}
#: ``tf.compat.v1.summary``, whose functions take symbols of a graph.
NAMES_1: dict[str, Any] = {
    "FileWriter": Writer,
    "Summary": Summary,
    **{
        name: _unwritten("tf.compat.v1.summary", "")
        for name in ("scalar", "histogram", "image", "text", "merge_all", "merge")
    },
}
