"""`make test`: both halves run whatever becomes of the other, and one line counts them all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD, BAD = "def test_a(): pass\n", "def test_a(): assert 0\n"
LACKING = GOOD + (
    "import pytest\n@pytest.mark.skip(reason='dot is not installed')\ndef test_b(): pass\n"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs two files of tests as the halves; what it says and its exit status."""
    monkeypatch.delenv("BRICKWORK_NO_SKIPS", raising=False)  # CI has it
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())

    def run(*texts):
        files = [tmp_path / f"test_{i}.py" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        code = (
            f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import run_tests\n"
            f"run_tests.halves = lambda jobs, more: {[[str(f)] for f in files]}\n"
            "sys.exit(run_tests.main('1'))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            text=True,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
        )
        return done.returncode, done.stdout.splitlines()[-1].partition(" in ")[0]

    return run


@pytest.mark.parametrize(
    ("texts", "status", "line"),
    [
        ((BAD, GOOD), 1, "1 failed, 1 passed"),
        ((GOOD, LACKING), 0, "2 passed, 1 skipped"),
        (("raise SystemExit", GOOD), 3, "1 passed, 1 error"),
    ],
)
def test_both_halves_run_and_are_counted(run, texts, status, line):
    assert run(*texts) == (status, line)


def test_where_nothing_may_be_skipped_a_skip_is_an_error(run, monkeypatch):
    monkeypatch.setenv("BRICKWORK_NO_SKIPS", "1")
    assert run(GOOD, LACKING) == (1, "2 passed, 1 skipped, 1 error")
    missing = GOOD + "import pytest\ndef test_b(): pytest.importorskip('no_such_module')\n"
    assert run(GOOD, missing) == (1, "2 passed, 1 skipped, 1 error")
    assert run(LACKING.replace("not installed", "there"), GOOD) == (0, "2 passed, 1 skipped")
