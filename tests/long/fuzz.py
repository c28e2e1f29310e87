"""Files and configs changed at random, for every way in which one comes in (make fuzz).

    python fuzz.py [SECONDS] [TARGET ...]     by default 1,800 seconds for each target

A target takes bytes. It may return, or raise one of the errors meant for users;
anything else is a find, as is what takes more than a second or 512 MB. Finds are written into
build/fuzz; made small they go into tests/files/test_fuzz.py, so that they stay mended.

Changes know the structure: values of the JSON are replaced, moved, doubled and taken away, arrays
likewise, and the checksums recomputed; one in ten changes bytes.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import copy
import io
import itertools
import json
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "files"), str(ROOT / "tests")]

# ruff: noqa: E402
import brick_files
import numpy as np
import seeds
from pace import in_time

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import initial_weights
from brickwork.saving import FileError

#: The errors meant for users.
MEANT = (FileError, ArgumentError, NotImplementedError)
#: The errors for configs from a user's own program, which may request any size.
ALSO_MEANT = (ValueError, TypeError, MemoryError)
SECONDS, MEMORY = 1.0, 512 << 10  # kB
JUNK = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    7,
    2**31,
    2**63,
    10**30,
    0.5,
    -1e300,
    "",
    "x",
    "relu",
    "Dense",
    "../x",
    "\u0000",
    "\ud55c",
    "__class__",
    [],
    [[]],
    {},
    [None],
    [1, 2],
    "float32",
    "string",
    {"class_name": "Dense", "config": {}},
    {"class_name": "__number__", "config": "nan"},
    {"class_name": "__numpy__", "config": {"value": [1], "dtype": "float32"}},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}},
]


class Slow(BaseException):
    """A target took too long."""


# Changes


def _places(value, found=None) -> list[tuple]:
    """Every place in nested lists and dicts: what holds it, and under which key."""
    found = [] if found is None else found
    for key in value if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], dict | list) and len(found) < 5_000:
            _places(value[key], found)
    return found


def changed(document, draw: random.Random):
    """A copy of JSON with a few changes."""
    document = copy.deepcopy(document)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        places = _places(document)
        if not places:
            return draw.choice(JUNK)
        holder, key = draw.choice(places)
        way = draw.randrange(7)
        if way == 0:
            holder[key] = copy.deepcopy(draw.choice(JUNK))
        elif way == 1:
            other, there = draw.choice(places)
            holder[key] = copy.deepcopy(other[there])
        elif way == 2:
            del holder[key]
        elif way == 3 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif way == 3:
            holder[draw.choice(("x", "config", "name", "class_name", "layers"))] = holder.pop(key)
        elif way == 4 and isinstance(holder[key], int | float):
            holder[key] = draw.choice(
                (
                    -holder[key],
                    holder[key] + 1,
                    holder[key] * 10**9,
                    float(holder[key]),
                    str(holder[key]),
                )
            )
        elif way == 4 and isinstance(holder[key], list):
            draw.shuffle(holder[key])
        elif way == 5:
            holder[key] = [holder[key]]
        else:
            other, there = draw.choice(places)
            holder[key], other[there] = (copy.deepcopy(other[there]), copy.deepcopy(holder[key]))
    return document


def _bytes_changed(data: bytes, draw: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(made) or 1)
        way = draw.randrange(4)
        if way == 0:
            made[at : at + 1] = bytes([draw.randrange(256)])
        elif way == 1:
            del made[at : at + draw.randint(1, 20)]
        elif way == 2:
            made[at:at] = made[draw.randrange(len(made) or 1) :][: draw.randint(1, 20)]
        else:
            made[at : at + 8] = draw.choice((0, 2**31, 2**63, 2**64 - 1)).to_bytes(8, "little")
    return bytes(made)


def _addresses_changed(data: bytes, draw: random.Random) -> bytes:
    """False addresses and lengths, or a few changed bits."""
    made, words = bytearray(data), len(data) // 8
    for _ in range(draw.randint(1, 4)):
        at, way = 8 * draw.randrange(words), draw.randrange(5)
        if way == 0:
            made[at + draw.randrange(8)] = draw.randrange(256)
        elif way == 1:
            made[at + draw.randrange(8)] ^= 1 << draw.randrange(8)
        elif way == 2:
            made[at : at + 8] = (8 * draw.randrange(words)).to_bytes(8, "little")
        elif way == 3:
            there = 8 * draw.randrange(words)
            made[at : at + 8] = made[there : there + 8]
        else:
            made[at : at + 8] = draw.choice(
                (0, 1, 8, 2**16, 2**31, 2**40, 2**63, 2**64 - 1)
            ).to_bytes(8, "little")
    return bytes(made)


def _array_changed(array: np.ndarray, draw: random.Random) -> np.ndarray:
    way = draw.randrange(6)
    if way == 0:
        return array.astype(draw.choice(("float64", "float32", "int64", "uint8", "bool")))
    if way == 1:
        return array.reshape(-1)
    if way == 2:
        return array[..., None]
    if way == 3:
        return array.ravel()[:-1]
    flat = array.copy().reshape(-1)
    if flat.size:
        flat[draw.randrange(flat.size)] = draw.choice((0, 1, 100))
    return flat.reshape(array.shape) if way == 4 else np.concatenate([flat, flat])


def _file_changed(file: bytes, draw: random.Random) -> bytes:
    way = draw.randrange(10)
    if way == 0:
        return _bytes_changed(file, draw)
    if way == 1:
        header, body = brick_files.taken_apart(file)
        return brick_files.put_together(changed(header, draw), body)
    document, arrays = brick_files.opened(file)
    if way in (2, 3) and arrays:
        name = draw.choice(sorted(arrays))
        if draw.random() < 0.3:
            arrays[draw.choice(("x", name + "_1", "layers/0/kernel"))] = arrays.pop(name)
        else:
            arrays[name] = _array_changed(arrays[name], draw)
        return brick_files.closed(document, arrays)
    try:
        return brick_files.closed(changed(document, draw), arrays)
    except RecursionError:
        return file


def _json_changed(data: bytes, draw: random.Random) -> bytes:
    if draw.random() < 0.1:
        return _bytes_changed(data, draw)
    return json.dumps(changed(json.loads(data), draw)).encode()


def _keras_changed(data: bytes, draw: random.Random) -> bytes:
    """A zip or HDF5 file of Keras's, with another config or other bytes."""
    if draw.random() < 0.4:
        return _bytes_changed(data, draw)
    if data[:2] != b"PK":
        return _hdf5_changed(data, draw)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(members))
    ways = {".json": _json_changed, ".h5": _hdf5_changed}
    members[name] = ways.get(Path(name).suffix, _bytes_changed)(members[name], draw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def _hdf5_changed(data: bytes, draw: random.Random) -> bytes:
    """With other places in it, other texts about it, another array, or an array less."""
    import h5py

    if draw.random() < 0.6:
        return _addresses_changed(data, draw)
    made = io.BytesIO(data)
    with h5py.File(made, "r+") as file:
        texts = [name for name, value in file.attrs.items() if isinstance(value, str | bytes)]
        arrays: list[str] = []
        file.visititems(
            lambda name, item: arrays.append(name) if isinstance(item, h5py.Dataset) else None
        )
        if texts and draw.random() < 0.6:
            name = draw.choice(texts)
            text = file.attrs[name]
            text = text.encode() if isinstance(text, str) else text
            text = _json_changed(text, draw) if text[:1] == b"{" else b"2.2.4"
            file.attrs[name] = text.replace(b"\0", b"0")  # which such a text cannot hold
        elif arrays:
            name = draw.choice(arrays)
            array = np.asarray(file[name])
            del file[name]
            if draw.random() < 0.8:
                file[name] = _array_changed(array, draw) if array.ndim else np.float64(array)
    return made.getvalue()


# Targets: what takes bytes, how they are changed, and from which it begins

_folder = tempfile.TemporaryDirectory()
_path = Path(_folder.name) / "m.brick"


def _load(data: bytes) -> None:
    _path.write_bytes(data)
    brickwork.load_model(_path)


def _load_weights(data: bytes) -> None:
    _path.write_bytes(data)
    model = seeds.victim()
    before = model.get_weights()
    try:
        model.load_weights(_path)
    except MEANT:
        if not all(map(np.array_equal, before, model.get_weights())):
            raise AssertionError("a refused file has changed the model") from None


def _container(data: bytes) -> None:
    from brickwork.saving import tensors

    _path.write_bytes(data)
    container = tensors.read(_path)
    for name in container.places:
        container.array(name)


def _from_json(data: bytes) -> None:
    with initial_weights.from_file(64 << 20):  # a config may request any number of weights
        brickwork.models.model_from_json(data)


def _keras(data: bytes) -> None:
    path = _path.with_suffix(".keras" if data[:2] == b"PK" else ".h5")
    path.write_bytes(data)
    brickwork.load_model(path)


def _keras_arrays(data: bytes) -> None:
    from brickwork.saving.keras.opened import Opened

    _path.write_bytes(data)
    with Opened(_path) as file:
        file.read({path: shape for path, (shape, _) in file.arrays.items()})


def _config(data: bytes) -> dict:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return {}


def _layer(data: bytes) -> None:
    with contextlib.suppress(*ALSO_MEANT):
        brickwork.layers.deserialize(_config(data))


def _object(data: bytes) -> None:
    with contextlib.suppress(*ALSO_MEANT):
        brickwork.saving.deserialize_keras_object(_config(data))


TARGETS = {
    "load_model": (_load, _file_changed, seeds.files),
    "load_weights": (_load_weights, _file_changed, seeds.files),
    "container": (_container, _file_changed, seeds.files),
    "model_from_json": (_from_json, _json_changed, seeds.models),
    "keras": (_keras, _keras_changed, seeds.keras_files),
    "keras_arrays": (_keras_arrays, _keras_changed, seeds.keras_files),
    "layer": (_layer, _json_changed, seeds.configs),
    "object": (_object, _json_changed, seeds.objects),
}


def problem(run, data: bytes) -> str | None:
    """What goes wrong with these bytes, which should be nothing."""
    signal.setitimer(signal.ITIMER_VIRTUAL, 5 * SECONDS)
    started = time.process_time()  # others may be at work on this machine
    try:
        run(data)
    except MEANT:
        pass
    except Slow:
        return "slow: given up after 5 s"
    except BaseException as error:
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        return f"{type(error).__name__} at {where}: {str(error)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds = time.process_time() - started
    quick = in_time(seconds, SECONDS, time.process_time)
    return None if quick else f"slow: {seconds:.1f} s"


def _give_up(*_):
    raise Slow


def fuzz(name: str, seconds: float, seed: int = 0, number: int = 1_000) -> dict:
    """Feed a target for some seconds, starting from `number` models; returns the number of runs,
    and the findings by their kind."""
    run, change, begin = TARGETS[name]
    draw, slowest, counts = random.Random(seed), 0.0, Counter()
    findings: dict[str, bytes] = {}
    before = signal.signal(signal.SIGVTALRM, _give_up)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        corpus = begin(number)
        with contextlib.suppress(*MEANT):
            run(corpus[0])  # which imports what is needed
        ended, limits = time.monotonic() + seconds, resource.getrlimit(resource.RLIMIT_AS)
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + (MEMORY << 10), limits[1]))
        try:
            while time.monotonic() < ended:
                data = change(draw.choice(corpus), draw)
                started = time.process_time()
                found = problem(run, data)
                slowest = max(slowest, time.process_time() - started)
                counts["findings" if found else "good"] += 1
                if found:
                    findings.setdefault(found.partition(": ")[0], data)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, limits)
            signal.signal(signal.SIGVTALRM, before)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "target": name,
        "seeds": len(corpus),
        "runs": sum(counts.values()),
        "findings": findings,
        "slowest_s": round(slowest, 3),
        "rss_mb": used >> 10,
    }


def figures(seconds: float = 1800.0, together: int = 4, names=tuple(TARGETS)) -> dict:
    """The runs of each target in that time, each in its own process, and the findings."""
    with concurrent.futures.ProcessPoolExecutor(
        together, multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as processes:
        results = list(
            processes.map(fuzz, names, itertools.repeat(seconds), itertools.repeat(time.time_ns()))
        )
    for result in results:
        _kept(result)
    return {
        "targets": len(results),
        "minutes_each": seconds / 60,
        "together": together,
        "runs": sum(r["runs"] for r in results),
        "findings": sum(len(r["findings"]) for r in results),
        "slowest_s": max(r["slowest_s"] for r in results),
        "most_mb": max(r["rss_mb"] for r in results),
    }


def _kept(found: dict) -> None:
    """Write the findings of a target to build/fuzz."""
    folder = ROOT / "build" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    for i, (what, data) in enumerate(found["findings"].items()):
        (folder / f"{found['target']}_{i}.bin").write_bytes(data)
        print(f"  {found['target']}_{i}.bin: {what}", flush=True)


def main(seconds: float, names: list[str]) -> int:
    bad = 0
    for name in names or TARGETS:
        found = fuzz(name, seconds, seed=time.time_ns())
        _kept(found)
        bad += len(found["findings"]) + (found["rss_mb"] << 10 > MEMORY)
        print({**found, "findings": len(found["findings"])}, flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(min(1, main(float(sys.argv[1]) if sys.argv[1:] else 1800.0, sys.argv[2:])))
