"""Processes that train together, and what can happen to them: `make cluster` (minutes).

Each scenario runs `SCRIPT` in 2 to 4 processes by ``brickwork launch``, lets one of them do
something else, be killed or be stopped, and checks what comes of it: an error in words, that names
the process, in at most 30 seconds; nothing that hangs, and no process left behind.

    python tests/long/cluster.py
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from pace import SLOWER

PATIENCE = 30.0 * SLOWER
#: 127.0.0.1; and in tables of IPv6 the same, and ::1.
OWN_ADDRESS = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
SCRIPT = """
import os, sys, time
if "devices" in sys.argv[1]: os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
import numpy as np
import keras
from keras import layers

way, odd, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rank = int(os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID", 0))
is_odd = rank == odd
rng = np.random.default_rng(0)
x = rng.normal(size=(210, 4)).astype("float32")
y = (x.sum(1) > 0).astype("float32")
if is_odd and way == "columns": x = x[:, :3]
if is_odd and way == "rows": x, y = x[:150], y[:150]
if is_odd and way == "a value": x[7, 2] += 1
if is_odd and way == "a class": y[:] = 0
if is_odd and way == "a missing class": y[y == 1] = 2
if is_odd and way == "integers": x = x.astype("int32")
if is_odd and way == "the order": x, y = x[::-1], y[::-1]
if is_odd and way == "validation": x[-3:] = 0
if way != "no seed": keras.utils.set_random_seed(int(is_odd and way == "the seed"))
model = keras.Sequential([
    layers.Input((x.shape[1],)), layers.Dense(8, "relu"), layers.Dropout(0.2),
    layers.BatchNormalization(), layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
if is_odd and way == "the weights": model.layers[0].set_weights([np.ones((4, 8)), np.ones(8)])
if is_odd and way == "an error": raise ValueError("odd")
if is_odd and way == "exit": os._exit(3)
if is_odd and way == "evaluate": model.evaluate(x, y, verbose=0)
if is_odd and way == "predict": model.predict(x, verbose=0)
if is_odd and way == "no training": sys.exit(0)
given = {"epochs": 6, "batch_size": 20}
if is_odd and way == "epochs": given["epochs"] = 7
if is_odd and way == "the batch size": given["batch_size"] = 30
if is_odd and way == "no shuffling": given["shuffle"] = False
listeners = []
if way in ("killed", "stopped", "resumed"):
    class Slow(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            print("epoch", epoch, flush=True)
            time.sleep(0.3)
    given["epochs"] = 40 if way == "resumed" else 10_000
    listeners = [keras.callbacks.BackupAndRestore(out + ".backup", save_freq=5), Slow()]
if way == "drift":
    def moved(epoch, logs):
        if is_odd and epoch == 2:
            kernel = model.layers[0].kernel
            kernel.assign(kernel.numpy() * 1.001)
    listeners = [keras.callbacks.LambdaCallback(on_epoch_end=moved)]
if is_odd and way == "another callback":
    listeners = [keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]
if way == "an error in a callback":
    def fail(epoch, logs):
        if is_odd: raise ValueError("odd")
    listeners = [keras.callbacks.LambdaCallback(on_epoch_end=fail)]
class Batches(keras.utils.PyDataset):
    def __init__(self, x, y, size): self.x, self.y, self.size = x, y, size
    def __len__(self): return -(-len(self.x) // self.size)
    def __getitem__(self, i):
        rows = slice(self.size * i, self.size * i + self.size)
        return self.x[rows], self.y[rows]
count = int(os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES", 1))
if "own" in way:   # of each batch of 20 its own rows
    from brickwork import distribution
    distribution.set_distribution(distribution.DataParallel(auto_shard_dataset=False))
    x, y = (a[:200].reshape(10, count, 20 // count, *a.shape[1:])[:, rank].reshape(-1, *a.shape[1:])
            for a in (x, y))
    if is_odd and way == "own rows": x, y = x[:-20], y[:-20]
    if is_odd and way == "own columns": x = x.astype("int32")
    if is_odd and way == "own classes": y[:] = 1
if "parquet" in way:
    import pyarrow, pyarrow.parquet
    from brickwork import utils
    from brickwork.data import facts, parquet, windows
    facts.LARGE, windows.WINDOW = 1, 1000   # a window of 50 rows
    columns = {f"c{i}": x[:200, i] for i in range(4)} | {"y": y[:200]}
    if is_odd and way == "parquet, other columns": del columns["c3"]
    if is_odd and way == "parquet, other rows": columns = {k: v[:160] for k, v in columns.items()}
    if is_odd and way == "parquet, a NaN": columns["c1"][150] = np.nan
    pyarrow.parquet.write_table(pyarrow.table(columns), f"{out}.{rank}.parquet", row_group_size=25)
    table = utils.ParquetTable(f"{out}.{rank}.parquet")
    x, y = table.drop("y"), table["y"]
    read, plain = set(), parquet._Cursor._begin
    def begin(self, group):
        read.add(group)
        plain(self, group)
    parquet._Cursor._begin = begin
    if "devices" in way:   # the last window is short
        model = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.0), "mse")
        given = {"shuffle": odd == 1}
        loss = model.fit(x, y, verbose=0, batch_size=20, **given).history["loss"][0]
        true = np.mean((np.asarray(x) @ model.get_weights()[0] - np.asarray(y)[:, None]) ** 2)
        found = model.evaluate(x, y, verbose=0, batch_size=20)
        assert np.allclose([loss, found], true, rtol=1e-5), (loss, found, true)
    else:
        history = model.fit(x, y, verbose=0, epochs=12, batch_size=20)
        assert history.history["loss"][-1] < history.history["loss"][0]
    print(f"process {rank} has read the row groups", sorted(read), file=sys.stderr)
elif way == "own sparse devices":
    from scipy import sparse
    model = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(sparse.csr_matrix(x), y, verbose=0, epochs=4, batch_size=20)
elif way == "own": model.fit(x, y, verbose=0, shuffle=False, epochs=6, batch_size=20)
elif way == "own stream": model.fit(Batches(x, y, 20 // count), verbose=0, shuffle=False, epochs=6)
elif "stream" in way:
    if is_odd and way == "another stream": x = x + 1
    model.fit(Batches(x, y, 20), verbose=0, epochs=6)
else:
    model.fit(x, y, validation_split=0.2, verbose=0, callbacks=listeners, **given)
if is_odd and way == "no evaluation": sys.exit(0)
loss = model.evaluate(x, y, verbose=0, batch_size=20, return_dict=True)["loss"]
if "own" in way or "parquet" in way:
    given = x[: 100 - 10 * rank * ("own" in way)]   # each gets the outputs for what it gives
    found = model.predict(given, verbose=0)
    assert len(found) == len(given)
    if way == "own":
        assert np.array_equal(model.predict_on_batch(given[:10]).shape, (10, 1))
        assert np.allclose(model.predict_on_batch(given[:10]), found[:10], atol=1e-6)
    print("the loss is", round(loss, 5), flush=True)
np.save(out, np.concatenate([w.ravel() for w in model.get_weights()]))
"""
#: What one process has or does that the others have or do not; and what is said of it.
ODD = {
    "columns": "shapes",
    "rows": "numbers of rows",
    "a value": "the data differ",
    "a class": "the data and the test data differ",
    "a missing class": "got values from 0 to 2",
    "integers": "the shapes and dtypes of the",
    "the order": "the data and the test data differ",
    "validation": "the test data differ",
    "the seed": "the seeds",
    "the weights": "the weights and the test weights differ",
    "an error": "ValueError: odd",
    "exit": "has ended with status 3",
    "evaluate": "between processes",
    "predict": "something else",
    "no training": "something else",
    "epochs": "the numbers of epochs differ",
    "the batch size": "numbers of rows",
    "no shuffling": "the seeds",
    "an error in a callback": "ValueError: odd",
    "another callback": "such as callbacks",
    "drift": "the weights differ",
    "no evaluation": "something else",
    "another stream": "a step: the data differ",
    "own rows": "numbers of rows",
    "own columns": "shapes and dtypes of the data and",
    "own classes": "the classes of",
    "parquet, other columns": "fit.x: got shape (200, 3)",
    "parquet, other rows": "numbers of rows",
    "parquet, a NaN": "(rows from 150 on): got NaN at row 0, column",
}


class Launched:
    """Processes that run the script.

    Args:
        folder: for files.
        count: how many processes; None for the script without ``launch``.
        way, odd: what one of them does, and its number.
    """

    def __init__(self, folder: str, count: int | None, way: str = "", odd: int = 1):
        script = Path(folder, "train.py")
        script.write_text(SCRIPT)
        self.out = str(Path(folder, way or "plain"))
        self.log = Path(f"{self.out}.log")
        launch = ["run"] if count is None else ["launch", "-n", str(count)]
        command = [sys.executable, "-m", "brickwork", *launch, str(script), way, str(odd), self.out]
        env = {k: v for k, v in os.environ.items() if not k.startswith("KERAS_DISTRIBUTION")}
        with self.log.open("w") as log:
            self.run = subprocess.Popen(
                command, stdout=log, stderr=log, env=env, start_new_session=True
            )

    def pids(self) -> dict[int, int]:
        """The processes that train, by number."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "environ").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            for item in status:
                if item.startswith(b"KERAS_DISTRIBUTION_PROCESS_ID=") and parent == self.run.pid:
                    found[int(item.partition(b"=")[2])] = int(entry.name)
        return found

    def wait_for(self, text: str, seconds: float = 120 * SLOWER) -> None:
        """Wait until something is printed."""
        end = time.monotonic() + seconds
        while text not in self.log.read_text():
            assert self.run.poll() is None and time.monotonic() < end, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def end(self, seconds: float = 120 * SLOWER) -> tuple[int, str]:
        """Wait for the end; returns the exit status and all that was printed."""
        try:
            return self.run.wait(seconds), self.log.read_text()
        except subprocess.TimeoutExpired:
            os.killpg(self.run.pid, signal.SIGKILL)
            raise AssertionError(f"it hangs: {self.log.read_text()[-2000:]}") from None


def finished(run: Launched) -> np.ndarray:
    """The weights that a training comes to."""
    status, text = run.end()
    assert status == 0, text[-2000:]
    weights = np.load(f"{run.out}.npy")
    os.unlink(f"{run.out}.npy")
    return weights


def listening(pids: dict[int, int]) -> set[str]:
    """The addresses at which processes listen, as Linux writes them, in hexadecimal digits."""
    own = set()
    for pid in pids.values():
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # it may have been closed
                own.add(os.readlink(file).removeprefix("socket:["))
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, address, _, state, *rest = line.split()
            if state == "0A" and f"{rest[5]}]" in own:
                found.add(address.partition(":")[0])
    return found


def check_same(folder: str, counts=(2, 4), way: str = "") -> None:
    """Several processes come to the weights of one, up to rounding."""
    wanted = finished(Launched(folder, None, way))
    for count in counts:
        apart = np.abs(finished(Launched(folder, count, way)) - wanted).max()
        assert apart < 1e-5, f"{count} processes: the weights differ by {apart:.1e}"


def check_own(folder: str, way: str, count: int) -> None:
    """Processes that have rows of their own come to the weights, and the loss, of one process."""
    found = []
    for own in (None, count):
        run = Launched(folder, own, way)
        weights = finished(run)
        found.append((weights, {t for t in run.log.read_text().splitlines() if "loss is" in t}))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=0, atol=1e-5)
    assert len(found[0][1] | found[1][1]) == 1, found


def check_devices(folder: str, way: str, odd: int = 1) -> None:
    """The rows of a process are divided among its own devices, too; each is used once."""
    assert np.isfinite(finished(Launched(folder, 2, way, odd))).all()


def check_unseeded(folder: str) -> None:
    """Processes draw the same numbers where nobody sets a seed, and others in each run."""
    one, other = (finished(Launched(folder, 2, "no seed")) for _ in range(2))
    assert not np.array_equal(one, other)


def check_parquet(folder: str, count: int) -> None:
    """Each process reads its own part of a file, and no other."""
    run = Launched(folder, count, "parquet")
    finished(run)
    for rank in range(count):
        own = list(range(8 * rank // count, 8 * (rank + 1) // count))
        text = f"process {rank} has read the row groups {own}"
        assert text in run.log.read_text(), run.log.read_text()[-2000:]


def check_odd(folder: str, way: str, count: int = 2, odd: int = 1) -> None:
    """What one process does otherwise ends all in words."""
    began = time.monotonic()
    status, text = Launched(folder, count, way, odd).end()
    assert status == 1 and ODD[way] in text, f"{status}: {text[-2000:]}"
    assert "brickwork launch: process" in text
    assert time.monotonic() - began < PATIENCE + 10 * count


def check_signal(folder: str, number: int, count: int, odd: int, epoch: int) -> None:
    """A process that is killed or stopped ends all, and is named."""
    run = Launched(folder, count, "killed", odd)
    run.wait_for(f"epoch {epoch}\n")
    pids, began = run.pids(), time.monotonic()
    where = listening(pids)
    assert where and where <= OWN_ADDRESS, where
    os.kill(pids[odd], number)
    status, text = run.end()
    took = time.monotonic() - began
    what = "is stopped" if number == signal.SIGSTOP else "was ended by SIGKILL"
    assert status == 1 and f"process {odd} of {count} {what}" in text, text[-2000:]
    assert took < PATIENCE, f"it took {took:.0f} s"
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())


def check_resumed(folder: str, count: int, odd: int, epoch: int, then: int | None = None) -> None:
    """A training that was ended goes on to the same bits; in another number of processes up to
    rounding."""
    weights = finished(Launched(folder, count, "resumed", odd))
    begun = Launched(folder, count, "resumed", odd)
    begun.wait_for(f"epoch {epoch}\n")
    os.kill(begun.pids()[odd], signal.SIGKILL)
    assert begun.end()[0] == 1
    ended = Launched(folder, then or count, "resumed", odd)
    found = finished(ended)
    assert "epoch 0\n" not in ended.log.read_text()
    np.testing.assert_allclose(found, weights, rtol=0, atol=1e-5 if then else 0)


def scenarios() -> list[tuple]:
    """All of them: a check and its arguments."""
    found: list[tuple] = [(check_same,), (check_same, (2, 4), "stream")]
    found += [(check_own, way, count) for way in ("own", "own stream") for count in (2, 4)]
    found += [(check_parquet, count) for count in (2, 4)]
    found += [(check_unseeded,), (check_devices, "own sparse devices")]
    found += [(check_devices, "parquet devices", odd) for odd in (0, 1)]
    found += [(check_odd, way) for way in ODD]
    found += [(check_odd, way, 4, odd) for odd, way in enumerate(["a value", "epochs", "exit"])]
    for number in (signal.SIGKILL, signal.SIGSTOP):
        found += [(check_signal, number, 2, odd, epoch) for odd in (0, 1) for epoch in (0, 3)]
        found += [(check_signal, number, 4, odd, 1) for odd in (0, 1, 3)]
    found += [(check_resumed, 2, odd, epoch) for odd in (0, 1) for epoch in (2, 11)]
    found += [(check_resumed, 2, 1, 11, then) for then in (1, 4)]
    return found


def main() -> int:
    """Run all; return how many failed."""
    failed, all_of_them = 0, scenarios()
    for number, (check, *arguments) in enumerate(all_of_them, 1):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(folder, *arguments)
                said = "as it should"
            except AssertionError as error:
                failed += 1
                said = f"FAILED: {str(error)[-1500:]}"
        took = time.monotonic() - began
        print(f"{number} {check.__name__} {arguments}: {said}, {took:.0f} s", flush=True)
    print(f"{len(all_of_them) - failed} of {len(all_of_them)} scenarios as they should")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main()))
