"""Ctrl-C while files of Keras are written and read: it is always handled, and the old file or the
new one is there.

In a separate process group, all of which gets the signals, as from a terminal.
"""

import json

import numpy as np
import pytest
from samples import python

from brickwork.saving.keras.hdf5 import packed, packed_in_thread

SCRIPT = """
import json, os, random, signal, sys, threading, time
import numpy as np, brickwork
from brickwork.layers import Dense, Input

X = np.ones((2, 8), "float32")
END, TIMES = sys.argv[1], 25
os.setsid()
signal.signal(signal.SIGINT, signal.default_int_handler)
model = brickwork.Sequential([Input((8,)), *(Dense(16) for _ in range(20))])
expected, path, weights = model.predict(X, verbose=0), f"model{END}", END == ".weights.h5"
save = model.save_weights if weights else model.save
load = model.load_weights if weights else brickwork.load_model


def predicted():
    return (load(path) or model).predict(X, verbose=0)


def wait_and_send(begun, delay):
    begun.wait()
    time.sleep(delay)
    os.killpg(0, signal.SIGINT)


def interrupted(act, delay):
    begun = threading.Event()
    sender = threading.Thread(target=wait_and_send, args=(begun, delay))
    sender.start()
    try:
        begun.set()
        while sender.is_alive():
            act()
        time.sleep(0.05)
    except KeyboardInterrupt:
        return True
    finally:
        sender.join()
    return False


save(path)
moments, lost, wrong = random.Random(END), [], 0
for number in range(TIMES):
    act = load if number % 5 == 4 else save
    if not interrupted(lambda: act(path), moments.uniform(0.001, 0.06)):
        lost.append(act.__name__)
    if number % 5 == 0:
        wrong += not np.array_equal(predicted(), expected)

signal.signal(signal.SIGINT, lambda *_: None)  # a script that does not want to be left
wrong += interrupted(lambda: np.array_equal(predicted(), expected) or sys.exit(1), 0.02)
print(json.dumps({"lost": lost, "wrong": wrong, "files": os.listdir()}))
"""


@pytest.mark.parametrize("end", [".keras", ".h5", ".weights.h5"])
def test_no_interrupt_is_lost(end, tmp_path):
    done = python("-c", SCRIPT, end, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"lost": [], "wrong": 0, "files": [f"model{end}"]}
    assert done.stderr == ""


def test_what_the_other_thread_raises_is_raised_here():
    assert packed_in_thread({"a": np.ones(3)}, {}) == packed({"a": np.ones(3)}, {})
    with pytest.raises(TypeError, match="Object dtype"):
        packed_in_thread({"a": np.array([object()])}, {})
