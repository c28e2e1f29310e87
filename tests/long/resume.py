"""Trainings interrupted at any step, by an exception, by Ctrl-C or by the death of their
process, and resumed: how many end differently from undisturbed ones.

    python tests/long/resume.py [how many]    (60): `make resume`

Every bit counts: weights, moving statistics, the optimizer's state, the history, the callbacks'
state, and all files that were written on the way. The trainings are those of models/resumed.py.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "models")]

import resumed  # noqa: E402
from resumed import TRAININGS, Broken, Cut, ctrl_c, fail  # noqa: E402

FREQUENCIES = ("epoch", 1, 2, 5)


class Aimed:
    """Cuts of one training, at steps and moments drawn from a seed."""

    def __init__(self, seed: int, whole: dict):
        self.draw = random.Random(seed)
        self.steps, self.seconds = whole["steps"], whole["seconds"]

    def raised(self, name, folder, save_freq) -> dict:
        """An exception or Ctrl-C at a step, then at another one of the rest."""
        first = self.draw.randint(1, self.steps - 1)
        cuts = [Cut(self.draw.choice([fail, ctrl_c]), step=first)]
        cuts += [Cut(fail, epoch=self.draw.randint(0, 2))] * self.draw.randint(0, 1)
        try:
            return resumed.train_cut(name, folder, save_freq, cuts)
        except AssertionError as error:  # there was no such epoch any more
            if "before the cut" not in str(error):
                raise
            return {}

    def signalled(self, name, folder, save_freq) -> dict:
        """Ctrl-C at any moment, again and again, until the training ends before it comes."""
        longest = self.seconds
        while True:
            longest *= 1.2
            try:
                with interrupted_after(self.draw.uniform(0.2, 1.0) * longest):
                    return resumed.train(
                        name, folder, resumed.backup(folder, save_freq, delete_checkpoint=False)
                    )
            except KeyboardInterrupt:
                continue

    def killed(self, name, folder, save_freq) -> dict:
        """The process kills itself at a step."""
        return resumed.train_killed(name, folder, save_freq, [self.draw.randint(1, self.steps - 1)])

    def killed_anywhere(self, name, folder, save_freq) -> dict:
        """The process is killed at any moment after training starts; the next one resumes."""
        command = [sys.executable, resumed.__file__, name, str(folder), str(save_freq), "0"]
        for _ in range(2):
            process = subprocess.Popen(command, stderr=subprocess.PIPE)
            while process.poll() is None and not (Path(folder) / "backup").exists():
                time.sleep(0.001)
            time.sleep(self.draw.uniform(0.0, 1.0) * self.seconds)
            process.kill()
            process.communicate()
        return resumed.train_killed(name, folder, save_freq, [])


@contextmanager
def interrupted_after(seconds: float):
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


WAYS = ("raised", "signalled", "killed", "killed_anywhere")


def figures(cuts: int = 60) -> dict:
    """Interrupt trainings, in each way in turn; returns those that ended differently."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    wholes = {}
    for name in TRAININGS:
        counted = Cut(fail, step=10**9)
        resumed.train(name, tempfile.mkdtemp())  # imports what it needs
        begun = time.perf_counter()
        wholes[name] = resumed.train(name, tempfile.mkdtemp(), counted)
        wholes[name] |= {"steps": 10**9 - counted.left, "seconds": time.perf_counter() - begun}
    count, other, done = {way: 0 for way in WAYS}, [], 0
    seed = 0
    while done < cuts:
        name = list(TRAININGS)[seed % len(TRAININGS)]
        way = WAYS[seed // len(TRAININGS) % len(WAYS)]
        aimed = Aimed(seed, wholes[name])
        save_freq = aimed.draw.choice(FREQUENCIES)
        seed += 1
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = getattr(aimed, way)(name, folder, save_freq)
                if not found:
                    continue
                resumed.check(wholes[name], found)
            except (AssertionError, Broken, OSError, ValueError) as error:
                other.append(f"{seed - 1}, {name}, {way}, {save_freq}: {error!r:.300}")
        done, count[way] = done + 1, count[way] + 1
        print(f"\r{done} of {cuts}", end="", file=sys.stderr, flush=True)
    return {"interrupted": done, "by": count, "different": other}


if __name__ == "__main__":
    found = figures(*map(int, sys.argv[1:]))
    print(json.dumps(found, indent=1))
    sys.exit(bool(found["different"]))
