"""Every system call of a save failed in every way, and 500 kills: minutes (make crash-tests)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "files"))

import test_atomic

if __name__ == "__main__":
    found = test_atomic.figures(turns=1, kills=int(sys.argv[1]) if sys.argv[1:] else 500)
    print(json.dumps(found))
    assert found["wrong"] == 0 and found["within_a_save"] >= 0.9 * found["kills"], found
