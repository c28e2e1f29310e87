"""brickwork is a good guest: importing it, training, failing and predicting leave the process as
it was, on every instruction set. What it holds on purpose, idle threads, `clear_session` ends."""

import json

import pytest
from samples import python

from brickwork import _engine

SCRIPT = """
import ctypes, gc, json, locale, logging, os, random, signal, sys, threading, time, warnings
import numpy as np

libm = ctypes.CDLL("libm.so.6")
tiny, small = 5e-324, np.float32(1e-45)

def threads():
    # One that was joined may still be on its way out.
    counts = [len(os.listdir("/proc/self/task"))]
    while len(counts) < 5 or len(set(counts[-5:])) > 1:
        time.sleep(0.002)
        counts.append(len(os.listdir("/proc/self/task")))
    return counts[-1]

def floats():
    results = [tiny * 1.0 != 0, bool(small * np.float32(1) != 0), tiny / 1.0 != 0, 0.1 + 0.2]
    thread = threading.Thread(target=lambda: results.append(tiny * 1.0 != 0))
    thread.start()
    thread.join()
    return [*results, libm.fegetround(), sorted(np.geterr().items()), repr(np.geterrcall())]

PROBES = {
    "floats": floats,
    "signal handlers": lambda: [repr(signal.getsignal(s)) for s in sorted(signal.valid_signals())],
    "blocked signals": lambda: sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "random": lambda: repr(random.getstate()),
    "numpy.random": lambda: repr([a.tolist() if hasattr(a, "tolist") else a
                                  for a in np.random.get_state()]),
    "warnings": lambda: [repr(warnings.filters), repr(warnings.showwarning)],
    "environment": lambda: dict(os.environ),
    "locale": lambda: [locale.setlocale(locale.LC_ALL), libm.fegetround()],
    "folder": lambda: [os.getcwd(), os.umask(os.umask(0o22))],
    "open files": lambda: sorted(os.readlink(f"/proc/self/fd/{fd}")
                                 for fd in os.listdir("/proc/self/fd")
                                 if os.path.lexists(f"/proc/self/fd/{fd}")),
    "threads": lambda: [threads(), threading.active_count()],
    "printing": lambda: sorted((k, repr(v)) for k, v in np.get_printoptions().items()),
    "interpreter": lambda: [sys.path, sys.getrecursionlimit(), sys.getswitchinterval(),
                            repr(sys.excepthook), repr(sys.gettrace()), gc.isenabled(),
                            gc.get_threshold(), repr(sys.stdout), repr(sys.displayhook)],
    "logging": lambda: [logging.root.level, repr(logging.root.handlers), logging.raiseExceptions],
    "limits": lambda: [ctypes.CDLL(None).getpriority(0, 0), sorted(os.sched_getaffinity(0))],
}

def look():
    return {name: json.loads(json.dumps(probe())) for name, probe in PROBES.items()}

changed = {}

def compare(phase, before):
    now = look()
    changed[phase] = {name: [before[name], now[name]] for name in PROBES
                      if now[name] != before[name]}

look()
before = look()
import brickwork
from brickwork import _engine, backend, layers, losses, metrics, models, optimizers, callbacks
compare("import", before)

def model(width, rate=0.001):
    net = models.Sequential([layers.Input((4,)), layers.Dense(width, activation="relu"),
                             layers.Dropout(0.1), layers.Dense(1)])
    net.compile(optimizers.Adam(rate), "mse", metrics=["mae"])
    return net

class Broken(Exception):
    pass

def fail(*_):
    raise Broken

x, y = np.ones((300, 4), "float32"), np.ones((300, 1), "float32")
x[:] = 1e-30  # products of it are denormal
nets = [model(8), model(700)]
wild = model(8, 1e30)
before = look()
for net in nets:
    net.fit(x, y, epochs=2, validation_split=0.1, verbose=0)
    net.fit(x, y, batch_size=299, epochs=40, verbose=0)
    net.evaluate(x, y, verbose=0)
    net.predict(np.ones((9000, 4), "float32"), verbose=0)
    net.predict_on_batch(x[:1])
    net.train_on_batch(x, y)
    net.fit(((x, y) for _ in range(3)), verbose=0)
backend.clear_session()
compare("fit, evaluate, predict", before)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    wild.fit(x * 1e30, y * 1e30, epochs=5, verbose=0)
for bad in (lambda: nets[1].fit(x, y, verbose=0, callbacks=[
                callbacks.LambdaCallback(on_train_batch_end=fail)]),
            lambda: nets[0].fit(x, y[:5], verbose=0),
            lambda: nets[0].predict(np.full((3, 4), np.nan))):
    try:
        bad()
        raise SystemExit("nothing was refused")
    except (Broken, ValueError):
        pass
backend.clear_session()
compare("errors", before)
print(json.dumps([_engine.isa, len(PROBES), changed]))
"""

PHASES = ["import", "fit, evaluate, predict", "errors"]


@pytest.mark.parametrize("isa", _engine.isas)
def test_nothing_is_changed(isa, tmp_path, monkeypatch):
    monkeypatch.setenv("BRICKWORK_ISA", isa)
    done = python("-c", SCRIPT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    used, probes, changed = json.loads(done.stdout)
    assert used == isa and probes >= 10
    assert changed == {phase: {} for phase in PHASES}
    assert not list(tmp_path.iterdir())


def test_workers_leave_signals_to_the_others(tmp_path):
    """A worker that took Ctrl-C could not hand it to Python's main thread in time."""
    done = python(
        "-c",
        """
import os, numpy as np
from brickwork.layers import Dense
from brickwork.models import Sequential
before = set(os.listdir("/proc/self/task"))
net = Sequential([Dense(900, input_dim=900), Dense(900)])
net.compile("sgd", "mse")
x = np.ones((256, 900), "float32")
net.fit(x, x, epochs=20, verbose=0)
for task in set(os.listdir("/proc/self/task")) - before:
    for line in open(f"/proc/self/task/{task}/status"):
        if line.startswith("SigBlk"):
            print(line.split()[1])
""",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    masks = [int(mask, 16) for mask in done.stdout.split()]
    assert len(masks) >= 1
    for mask in masks:
        assert mask >> (2 - 1) & 1 and mask >> (15 - 1) & 1  # SIGINT, SIGTERM
        assert not mask >> (11 - 1) & 1  # SIGSEGV: faulthandler may say where it was
