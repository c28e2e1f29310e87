"""A file of Keras as the parent sees it: what the limited child process (`child`) tells of it."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from importlib.util import find_spec
from math import prod
from pathlib import Path

import numpy as np

from ..errors import DamagedFile, NotAModelFile
from ..tensors import kind_of

#: The longest answer about what a file holds.
_MOST_TOLD = 64 * 2**20
_BEGINNINGS = (b"PK", b"\x89HDF\r\n\x1a\n")
_STARTING, _A_MEGABYTE = 60.0, 0.05  # seconds to wait for, at most
_KINDS = {f"<{kind}" for kind in ("f2", "f4", "f8", "u2", "u4", "u8", "i2", "i4", "i8")} | {
    "u1", "i1", "b1"}
_BEGIN = "import sys; sys.path[1:1] = sys.argv[1:-1]; from {0} import main; main()"


class Opened:
    """An open file of Keras; a block ends the child.

    Args:
        path: of a ``.keras``, ``.weights.h5`` or ``.h5`` file.

    Attributes:
        kind: "zip" or "hdf5".
        files: name -> text of the zip's texts.
        texts: path of a group -> its texts.
        arrays: path -> ``(shape, dtype)``.

    Raises:
        FileNotFoundError: where there is none.
        NotAModelFile: for a file that no Keras wrote, or that points elsewhere.
        DamagedFile: for one that cannot be read, or needs more than it should.
    """

    def __init__(self, path):
        self.path = Path(path)
        find_spec("h5py") or _need_h5py()
        if not sys.platform.startswith("linux"):
            raise NotImplementedError("Files of Keras are read on Linux only, where a process can "
                                      "be held to limits: there, brickwork convert a.h5 b.brick")
        with open(self.path, "rb") as file:
            self.size = os.fstat(file.fileno()).st_size
            begin = file.read(9)
            if not begin.startswith(_BEGINNINGS):
                raise NotAModelFile(f"{self.path}: got {kind_of(begin, self.size)}, expected a "
                                    ".keras file (a zip) or an .h5 file (HDF5).")
            self._child = _started(file.fileno())
        self._wait_from_now()
        try:
            self._take(self._told())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            pipe.close()

    def read(self, wanted: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
        """The arrays at these paths, which must have these shapes; called once.

        Raises:
            DamagedFile: where one is missing or has another shape.
        """
        for path, shape in wanted.items():
            if path not in self.arrays:
                raise self.damaged(f"no array {path!r}")
            if self.arrays[path][0] != tuple(shape):
                raise self.damaged(f"{path!r} of shape {self.arrays[path][0]}, expected "
                                   f"{tuple(shape)}")
        self._wait_from_now()  # making the model took time, too
        asked = memoryview(json.dumps(list(wanted)).encode() + b"\n")
        try:
            while len(asked):
                asked = asked[self._child.stdin.write(asked):]
        except BrokenPipeError:
            raise self.damaged(_death(self._child.wait())) from None
        found = {}
        for path in wanted:
            shape, kind = self.arrays[path]
            array = np.empty(shape, kind)
            self._fill(memoryview(array.reshape(-1).view("u1")) if array.size else b"")
            bfloat16 = self.texts.get(path, {}).get("dtype") == "bfloat16" and kind == "<u2"
            found[path] = (array.astype("u4") << 16).view("f4") if bfloat16 else array
        return found

    @property
    def room(self) -> int:
        """Bytes that the weights of its model may take: as many numbers as its arrays have and a
        few, of the widest kind."""
        return 8 * (sum(prod(shape) for shape, _ in self.arrays.values()) + 1024)

    def damaged(self, what: str) -> DamagedFile:
        return DamagedFile(f"{self.path}: damaged or hostile: {what}.")

    def _wait_from_now(self) -> None:
        self._until = time.monotonic() + _STARTING + self.size / 2**20 * _A_MEGABYTE

    def _told(self) -> dict:
        head = bytearray(8)
        self._fill(head)
        length = int.from_bytes(head, "little")
        if length > _MOST_TOLD:
            raise self.damaged("it holds more names than any model")
        text = bytearray(length)
        self._fill(text)
        return json.loads(text)

    def _take(self, told: dict) -> None:
        if "refused" in told:
            raise NotAModelFile(f"{self.path}: not a file that Keras writes: {told['refused']}")
        if "damaged" in told:
            raise self.damaged(told["damaged"])
        self.kind, self.files, self.texts = told["kind"], told["files"], told["texts"]
        self.arrays = {path: (tuple(shape), kind) for path, (shape, kind) in
                       told["arrays"].items()}
        strange = next((path for path, (_, kind) in self.arrays.items() if kind not in _KINDS),
                       None)
        if strange:
            raise self.damaged(f"{strange!r} is no array of numbers")

    def _fill(self, target) -> None:
        """Bytes from the child until the target is full."""
        view, pipe = memoryview(target), self._child.stdout
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_READ)
            while len(view):
                if not ready.select(max(self._until - time.monotonic(), 0)):
                    raise self.damaged("reading it takes too long")
                count = pipe.readinto(view)
                if not count:
                    raise self.damaged(_death(self._child.wait()))
                view = view[count:]


def _started(descriptor: int) -> subprocess.Popen:
    package = __package__
    roots = [Path(__file__).resolve().parents[package.count(".") + 1],
             Path(find_spec("h5py").origin).parents[1], Path(np.__file__).parents[1]]
    code = _BEGIN.format(f"{package}.child")
    # What the environment could bring in stays outside; only what finds shared libraries goes on.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    # A terminal's Ctrl-C is for this process, whose handler may want the file nevertheless.
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code, *map(str, dict.fromkeys(roots)), str(descriptor)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        pass_fds=[descriptor], process_group=0, cwd="/",
        env={**kept, "OPENBLAS_NUM_THREADS": "1", "HDF5_PLUGIN_PRELOAD": "::",
             "LC_ALL": "C.UTF-8"})


def _need_h5py():
    from . import hdf5  # noqa: F401, which says what to install


def _death(code: int) -> str:
    """How the child ended, in words."""
    if code == 0:
        return "it holds less than it says"
    limits = {-24: "needs too much time", -9: "needs too much time", -11: "breaks the HDF5 library",
              -6: "breaks the HDF5 library"}
    return f"the process that reads it {limits.get(code, f'ended with code {code}')}"
