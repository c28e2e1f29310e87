/** Whether the training is worth something: what it reached beside an answer that looks at no input. */

import { amount, percent } from "../../data/amount.ts";
import { errorInUnits } from "../../data/units.ts";
import { prepared, status } from "../../state/store.ts";
import { verdict } from "../../state/verdict.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";

export function Verdict() {
  const found = verdict.value;
  const data = prepared.value;
  if (!found || !data) return null;
  const { name, score, base, grade } = found;
  const inUnits = (error: number) =>
    errorInUnits(name, error, data) ?? (name === "mean_squared_error" ? Math.sqrt(error) : error);
  const error = (value: number) => amount(inUnits(value), data.targetScale?.std);
  const set = t(`train.${found.set}`);
  const numbers =
    name === "accuracy"
      ? {
          share: percent(score),
          base: percent(base.scores[name]),
          name: shownName(data.classes[base.answer]),
        }
      : { error: error(score), base: error(base.scores[name]) };
  // While it trains, the first epochs would be blamed for what they are: first.
  const shown = status.value === "running" ? "better" : grade;
  return (
    <p class={shown === "better" ? "hint" : "train-note"}>
      {t(`train.verdict.${name}`, { set, ...numbers })}
      {t(`train.grade.${shown}`, { n: base.rows })}
    </p>
  );
}
