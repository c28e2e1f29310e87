"""The page's own code, bundled and run by Node, where both are there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STUDIO = Path(__file__).parents[2] / "studio"
_BUNDLED = """
import { readFileSync } from "node:fs";
import * as esbuild from "esbuild";
globalThis.input = readFileSync(0, "utf8");
const built = await esbuild.build({
  stdin: { contents: process.argv[1], resolveDir: process.cwd(), loader: "ts" },
  bundle: true, write: false, format: "esm", platform: "neutral", mainFields: ["module", "main"],
  loader: { ".csv": "text", ".bin": "base64" }, define: { WORKER_SOURCE: '""' },
});
const code = Buffer.from(built.outputFiles[0].contents).toString("base64");
await import(`data:text/javascript;base64,${code}`);
"""


def ran(code: str, given: str = "") -> object:
    """The value that a piece of TypeScript prints as JSON; it reads `given` as ``input``."""
    # There `make` puts Node if the system has none, or an old one.
    beside = Path(sys.executable).parent
    node = shutil.which("node", path=str(beside)) or shutil.which("node")
    if node is None or not (STUDIO / "node_modules" / "esbuild").exists():
        pytest.skip("Node or the studio's packages are not installed")
    done = subprocess.run(
        [node, "--input-type=module", "-e", _BUNDLED, code],
        cwd=STUDIO,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
