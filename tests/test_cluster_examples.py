"""The files of examples/cluster, run as far as one machine without those systems can.

In place of srun, mpirun, hostname and the package ray are programs that start two processes here,
with the variables that srun of SLURM 24.11 and mpirun of Open MPI 4 and 5 have set.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from brickwork.engines.jax import processes
from brickwork.saving.atomic import write

FILES = Path(__file__).parents[1] / "examples" / "cluster"
#: Variables of a cluster on which these tests may run themselves.
FOREIGN = ("KERAS_DISTRIBUTION", "SLURM", "OMPI", "KUBERNETES", "JAX_COORDINATOR", "JAX_LOCAL")
#: Seconds in which two processes train, or fail.
PATIENCE = 120

#: What starts a process for each number; its own `variables(i)` and `given` come before.
START = """
command = sys.argv[sys.argv.index("python"):]
runs = [subprocess.Popen(command, env=given | variables(i)) for i in range(count)]
sys.exit(max(abs(run.wait()) for run in runs))
"""
SRUN = """#!/usr/bin/env python
import os, subprocess, sys
given, count = dict(os.environ), int(os.environ["SLURM_NTASKS"])
def variables(i):
    return {"SLURM_STEP_NODELIST": "127.0.0.1", "SLURM_STEP_NUM_NODES": "1",
            "SLURM_PROCID": str(i), "SLURM_LOCALID": str(i)}
"""
MPIRUN = """#!/usr/bin/env python
import os, subprocess, sys
count = int(sys.argv[sys.argv.index("-n") + 1])
passed = [name for option, name in zip(sys.argv, sys.argv[1:]) if option == "-x"]
given = {k: v for k, v in os.environ.items() if k[:5] != "KERAS" or k in passed}
def variables(i):
    own = {"OMPI_COMM_WORLD_SIZE": str(count), "OMPI_COMM_WORLD_RANK": str(i),
           "OMPI_COMM_WORLD_LOCAL_SIZE": str(count), "OMPI_COMM_WORLD_LOCAL_RANK": str(i)}
    if VERSION == 4:
        own["OMPI_MCA_orte_hnp_uri"] = "1531576320.0;tcp://127.0.0.1:34911"
    return own
"""
RAY = """
import atexit
from multiprocessing import get_context
from types import SimpleNamespace

fork = get_context("fork")
util = SimpleNamespace(get_node_ip_address=lambda: "127.0.0.1")

def init(): pass

def get(what):
    return [end.recv() for end in what] if isinstance(what, list) else what.recv()

def remote(**resources):
    def as_actors(kind): return SimpleNamespace(remote=lambda: Actor(kind))
    return as_actors

class Actor:
    def __init__(self, kind):
        self.end, other = fork.Pipe()
        process = fork.Process(target=serve, args=(kind, other), daemon=True)
        process.start()
        atexit.register(process.kill)   # SIGTERM does not end what has initialized JAX
        other.close()   # so that get fails when the process has ended

    def __getattr__(self, name):
        def remote(*arguments):
            self.end.send((name, arguments))
            return self.end
        return SimpleNamespace(remote=remote)

def serve(kind, end):
    made = kind()
    while True:
        name, arguments = end.recv()
        end.send(getattr(made, name)(*arguments))
"""


@pytest.fixture
def folder(tmp_path):
    """A copy of the files, with a folder of programs."""
    copy = tmp_path / "cluster"
    shutil.copytree(FILES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "bin").mkdir()
    program(copy, "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    return copy


def program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def free_port(first: int = 0, last: int = 0) -> int:
    """A port that nobody uses; of some, where the first and the last are given."""
    for port in range(first, last + 1):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return one.getsockname()[1]
    raise AssertionError("no port is free")


def ends(folder: Path, *runs: tuple[list[str], dict[str, str]]) -> list[tuple[int, str]]:
    """The status and the output of commands, each with its own variables, that run side by side."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    kept |= {"PATH": f"{folder / 'bin'}:{kept['PATH']}", "PYTHONUNBUFFERED": "1"}
    logs = [folder / f"log{i}" for i in range(len(runs))]
    started = []
    for (command, own), log in zip(runs, logs, strict=True):
        with log.open("w") as file:
            started.append(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    env=kept | own,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
            )
    try:
        codes = [run.wait(PATIENCE) for run in started]
    finally:
        for run in started:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
    return [(code, log.read_text()) for code, log in zip(codes, logs, strict=True)]


def check_trained(folder: Path, *runs: tuple[list[str], dict[str, str]]) -> None:
    """Two processes share the rows, both end well, and one alone prints and writes the model."""
    with (folder / "train.py").open("a") as script:
        script.write("import os\nos.write(1, f'by {distribution.distribution()}\\n'.encode())\n")
    found = ends(folder, *runs)
    text = "\n".join(text for _, text in found)
    assert not any(code for code, _ in found), text
    assert re.findall(r"Epoch \d/5", text) == [f"Epoch {i}/5" for i in range(1, 6)], text
    assert text.count("by <DataParallel <DeviceMesh batch=2>>\n") == 2, text
    assert "Warning" not in text, text
    assert (folder / "trained.brick").exists() and not (folder / "backup").exists()


def test_slurm(folder):
    text = (folder / "slurm.sbatch").read_text()
    options = dict(re.findall(r"(?m)^#SBATCH --([\w-]+)=(\S+)$", text))
    program(folder, "srun", SRUN + START)
    # JAX adds the last 12 bits of the job's number to the first of these ports.
    job = 7 * 4096 + free_port(61440 + os.getpid() % 4000, 65535) - 61440
    given = {"SLURM_JOB_ID": str(job), "SLURM_NTASKS": options["ntasks"]}
    check_trained(folder, (["bash", "slurm.sbatch"], given))


@pytest.mark.parametrize("version", [4, 5])
def test_open_mpi(folder, version):
    text = (folder / "mpi.sh").read_text()
    (folder / "mpi.sh").write_text(text.replace(":8476", f":{free_port()}"))
    program(folder, "mpirun", MPIRUN.replace("VERSION", str(version)) + START)
    program(folder, "hostname", "#!/bin/sh\necho 127.0.0.1\n")
    check_trained(folder, (["sh", "mpi.sh"], {}))


def test_kubernetes(folder):
    service, job = yaml.safe_load_all((folder / "kubernetes.yaml").read_text())
    name, spec = job["metadata"]["name"], job["spec"]
    pod = spec["template"]["spec"]
    assert spec["completionMode"] == "Indexed"
    assert service["spec"]["clusterIP"] == "None" and service["spec"]["publishNotReadyAddresses"]
    assert service["spec"]["selector"] == {"job-name": name}
    assert pod["subdomain"] == service["metadata"]["name"]
    (container,) = pod["containers"]
    given = {one["name"]: one["value"] for one in container["env"]}
    count = int(given["KERAS_DISTRIBUTION_NUM_PROCESSES"])
    assert spec["completions"] == spec["parallelism"] == count == 2
    host, _, _ = given["KERAS_DISTRIBUTION_JOB_ADDRESSES"].partition(":")
    assert host == f"{name}-0.{pod['subdomain']}"  # the pod's name in Kubernetes
    given["KERAS_DISTRIBUTION_JOB_ADDRESSES"] = f"127.0.0.1:{free_port()}"
    given["KUBERNETES_SERVICE_HOST"] = "10.96.0.1"  # which each pod has
    command = [word.replace("/app/", f"{folder}/") for word in container["command"]]
    check_trained(
        folder, *((command, given | {"JOB_COMPLETION_INDEX": str(i)}) for i in range(count))
    )


def test_ray(folder):
    (folder / "bin" / "ray.py").write_text(RAY)
    given = {"PYTHONPATH": str(folder / "bin")}
    check_trained(folder, ([sys.executable, "ray_train.py"], given))


def numbered(count: int) -> list[dict[str, str]]:
    """The variables of processes of this machine."""
    given = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{free_port()}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(count),
    }
    return [given | {"KERAS_DISTRIBUTION_PROCESS_ID": str(i)} for i in range(count)]


@pytest.mark.parametrize("odd", [0, 1])
def test_an_error_in_one_process_ends_all(folder, odd):
    """Which then takes seconds: at its end the one would wait for the others, and they for it."""
    script = folder / "train.py"
    fails = f"import jax\nif jax.process_index() == {odd}:\n    raise RuntimeError('odd')\n"
    script.write_text(f"{script.read_text()}{fails}model.evaluate(x, y)\n")
    found = ends(folder, *(([sys.executable, "train.py"], given) for given in numbered(2)))
    assert found[odd][0] == 1 and "RuntimeError: odd" in found[odd][1]
    assert found[1 - odd][0] != 0


def test_initialize_says_what_is_missing(folder):
    ((code, text),) = ends(folder, ([sys.executable, "train.py"], {}))
    assert code == 1
    assert "initialize: JAX says: coordinator_address" in text
    assert "KERAS_DISTRIBUTION_JOB_ADDRESSES, _NUM_PROCESSES and _PROCESS_ID" in text


def test_a_process_that_writes_nothing_needs_no_folder(tmp_path, monkeypatch):
    """The first one may have removed it, with the checkpoints, before others come to their last."""
    monkeypatch.setattr(processes, "rank", lambda: 1)
    made = []
    write(tmp_path / "gone" / "latest.brick", (made.append(part) or part for part in [b"a", b"b"]))
    assert made == [b"a", b"b"] and not list(tmp_path.iterdir())
