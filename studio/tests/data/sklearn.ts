/** scikit-learn, asked about data: what we compare with. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const python = process.env.PYTHON ?? `${root}.venv/bin/python`;
const script = fileURLToPath(new URL("sklearn_answers.py", import.meta.url));

/** Its import alone takes a second or two. */
export const PATIENCE = 60_000;

/** Returns the answers to questions of `sklearn_answers.py`. */
export function sklearn<Answer>(...questions: readonly Record<string, unknown>[]): Answer[] {
  const done = spawnSync(python, [script], {
    input: JSON.stringify(questions),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (done.status !== 0) throw new Error(`scikit-learn gave no answer: ${done.stderr}`);
  return JSON.parse(done.stdout) as Answer[];
}
