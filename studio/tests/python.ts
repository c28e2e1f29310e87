/** The Python that has brickwork, Keras and h5py: the project's own, unless PYTHON names another. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const PYTHON = process.env.PYTHON ?? here("../../.venv/bin/python");

/**
 * Runs a script of this folder and returns what it prints, as JSON; `input` is what it reads, also as
 * JSON. Fails with what the script said if it fails.
 */
export function printed<T>(script: string, given: readonly string[] = [], input?: unknown): T {
  const { stdout, stderr, status, error } = spawnSync(PYTHON, [here(script), ...given], {
    input: input === undefined ? "" : JSON.stringify(input),
    encoding: "utf8",
    env: { ...process.env, KERAS_BACKEND: "jax", JAX_PLATFORMS: "cpu" },
    maxBuffer: 2 ** 28,
  });
  if (error || status !== 0) throw new Error(`${script}: ${error ?? stderr}`);
  return JSON.parse(stdout) as T;
}
