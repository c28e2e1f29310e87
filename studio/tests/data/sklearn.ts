/** scikit-learn, asked about data: what we compare with. */
import { printed } from "../python.ts";

/** Its import alone takes a second or two. */
export const PATIENCE = 60_000;

/** Returns the answers to questions of `sklearn_answers.py`. */
export const sklearn = <Answer>(...questions: readonly Record<string, unknown>[]): Answer[] =>
  printed("data/sklearn_answers.py", [], questions);
