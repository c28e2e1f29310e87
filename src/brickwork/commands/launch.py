"""``brickwork launch``: run a script in several processes that train together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from ..errors import ArgumentError, shown

#: Seconds for which a process may be stopped, and that the others have to end.
STOPPED, ENDING = 6.0, 5.0
#: The status of a process that SIGKILL has ended.
KILLED = -9
#: Lines of JAX's runtime about the end of the others, which `launch` tells in one line.
NOISE = re.compile(r"[EFIW]\d{4} |\s*@ |\*\*\* |\[Gloo\]|:UNKNOWN|Additional GRPC")


def launch_command(given) -> int:
    """Run the script in each process, until all have ended or one has failed.

    The first one's output is shown as it is; lines of the others' errors begin with their number.

    Returns:
        The exit status: 0 if all of them have ended so; else 1, after a line that names the one
        that failed, and the others are ended.
    """
    count = given.processes
    if count < 1:
        raise ArgumentError("processes", f"got {count}, expected at least 1.")
    if not os.path.isfile(given.script):
        raise ArgumentError("script", f"got {shown(given.script)}, expected a Python file.")
    with socket.socket() as free:  # the system finds a port, on this machine alone
        free.bind(("127.0.0.1", given.port))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    threads: list[threading.Thread] = []
    runs = [_start(given, address, rank, threads) for rank in range(count)]
    try:
        failed = _watch(runs)
    except KeyboardInterrupt:  # which they have got, too
        _end(runs)
        raise
    _end(runs)
    for thread in threads:
        thread.join(ENDING)
    if failed is None:
        return 0
    rank, what = failed
    print(
        f"brickwork launch: process {rank} of {count} {what}; the others are ended. A training "
        "with the callback BackupAndRestore goes on from its last checkpoint.",
        file=sys.stderr,
    )
    return 1


def _start(given, address: str, rank: int, threads: list) -> subprocess.Popen:
    environment = os.environ | {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(given.processes),
        "KERAS_DISTRIBUTION_PROCESS_ID": str(rank),
    }
    command = [sys.executable, "-m", "brickwork", "run", given.script, *given.arguments]
    if rank == 0:
        return subprocess.Popen(command, env=environment)
    run = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    threads.append(threading.Thread(target=_pass_on, args=(run.stderr, rank), daemon=True))
    threads[-1].start()
    return run


def _pass_on(lines, rank: int) -> None:
    for line in lines:
        if not NOISE.match(line):
            sys.stderr.write(f"[{rank}] {line}")


def _watch(runs: list[subprocess.Popen]) -> tuple[int, str] | None:
    """Wait for all; return the number of the first that failed, and what it did, or None."""
    stopped: dict[int, float] = {}
    while True:
        codes = [run.poll() for run in runs]
        bad = [(rank, code) for rank, code in enumerate(codes) if code]
        if bad:
            # One that dies takes the others along; a signal from outside was there first.
            rank, code = min(bad, key=lambda one: one[1] != KILLED)
            return next(((rank, "is stopped") for rank in stopped), (rank, _said(code)))
        if all(code == 0 for code in codes):
            return None
        for rank, run in enumerate(runs):
            if codes[rank] is None and _is_stopped(run.pid):
                since = stopped.setdefault(rank, time.monotonic())
                if time.monotonic() - since > STOPPED:
                    return rank, "is stopped"
            else:
                stopped.pop(rank, None)
        time.sleep(0.02)


def _said(code: int) -> str:
    if code > 0:
        return f"has ended with status {code}"
    return f"was ended by {signal.Signals(-code).name}"


def _is_stopped(pid: int) -> bool:
    """Whether a process is stopped, as by SIGSTOP; where that cannot be known, it is not."""
    try:
        with open(Path("/proc", str(pid), "stat")) as file:
            return file.read().rpartition(")")[2].split()[0] in ("T", "t")
    except OSError:
        return False


def _end(runs: list[subprocess.Popen]) -> None:
    for run in runs:
        if run.poll() is None:
            run.terminate()
    end = time.monotonic() + ENDING
    for run in runs:
        try:
            run.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
