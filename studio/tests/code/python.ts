/** The Python that has brickwork and Keras: the project's own, unless PYTHON names another. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const python = process.env.PYTHON ?? here("../../../.venv/bin/python");

/** Returns what a script beside this file prints, as JSON, for JSON that it reads. */
export function answer<T>(script: string, question: unknown): T {
  const { stdout, stderr, status } = spawnSync(python, [here(script)], {
    input: JSON.stringify(question),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
