/** Runs the scripts beside the tests in a Python that has brickwork, Keras and h5py. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const HERE = import.meta.dirname;
const PYTHON = process.env.PYTHON ?? join(HERE, "../../../.venv/bin/python");

/** Runs a script and returns what it printed as JSON. */
export function python(script: string, ...given: string[]): unknown {
  const env = { ...process.env, KERAS_BACKEND: "jax", JAX_PLATFORMS: "cpu" };
  const printed = execFileSync(PYTHON, [join(HERE, script), ...given], {
    encoding: "utf8",
    env,
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(printed);
}

/** Calls a function with a folder that is removed afterwards. */
export function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "studio-files-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
