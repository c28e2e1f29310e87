"""docs/settings.md names every variable of the environment that is read, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
#: Where a variable's name stands when it is read.
READ = [
    r"environ\[\s*['\"](\w+)['\"]\]",
    r"environ\.get\(\s*['\"](\w+)['\"]",
    r"environ\.pop\(\s*['\"](\w+)['\"]",
    r"getenv\(\s*['\"](\w+)['\"]",
    r"['\"](\w+)['\"] (?:not )?in os\.environ",
    r"_from_environment\(['\"](\w+)['\"]",
    r"\$\{?([A-Z][A-Z_]+)(?::-|\})",
    r"[A-Z_]+ = ['\"](BRICKWORK_\w+)['\"]",
]
#: What is handed on to other programs, or set for them, and no setting of ours.
OF_OTHERS = {
    "PATH",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "KERAS_BACKEND",
    "TF_CPP_MIN_LOG_LEVEL",
    "IPYTHONDIR",
    "PYTHONHASHSEED",
    "ASAN_OPTIONS",
    # What Open MPI, SLURM and Kubernetes tell the processes that they start.
    "OMPI_COMM_WORLD_LOCAL_RANK",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "SLURM_NTASKS",
    "SLURM_STEP_NUM_NODES",
    "XLA_FLAGS",
    "KUBERNETES_SERVICE_HOST",
    # What tests/long/keras_tests/run.py tells its plugin.
    "KERAS_CHECKOUT",
    "KERAS_RESULTS",
}


def read_in(*folders: str) -> dict[str, str]:
    """The variables that files there read, and one of these files each."""
    found = {}
    for folder in folders:
        place = ROOT / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix not in (".py", ".cpp", ".hpp", "") or not path.is_file():
                continue
            text = path.read_text("utf-8", errors="ignore")
            for pattern in READ:
                found |= {name: str(path) for name in re.findall(pattern, text)}
    return found


def documented() -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))


def test_every_variable_is_documented():
    found = read_in("src/brickwork", "engine", "tools", "tests")
    missing = {name: where for name, where in found.items() if name not in documented() | OF_OTHERS}
    assert not missing, f"docs/settings.md says nothing of {missing}"


def test_every_documented_variable_is_read():
    found = read_in("src/brickwork", "engine", "tools", "tests")
    assert documented() <= found.keys(), documented() - found.keys()
    assert len(documented()) > 10
