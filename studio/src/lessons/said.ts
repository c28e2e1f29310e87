/** What a check asks for, and what is there now, in the current language. */
import { t } from "../words/words.ts";
import { CHECKS, type Check, measured, type State, settings } from "./checks.ts";

/** Keras's names are the same in every language. */
const TRANSLATED =
  /^(at least|at most|exactly|any|penalty|validation|training|bricks|lines|synapses|data|train|understand|code)$/;

/** Returns a choice of a setting as it is shown. */
export const choiceSaid = (choice: string) =>
  TRANSLATED.test(choice) ? t(`lesson.choice.${choice}`) : choice;

/** The line of `words` that says a kind of check with these settings. */
function lineOf(
  kind: string,
  { brick, has, is, nth, rows }: Readonly<Record<string, unknown>>,
): string {
  const line = `lesson.check.${kind}`;
  if (kind === "bricks") return brick === "any" ? line : `${line}.of`;
  if (kind === "hidden") return `${line}.${has}`;
  if (kind === "activation" && nth === 0) return line;
  if (nth !== undefined) return nth === 1 ? `${line}.lowest` : `${line}.nth`;
  if (kind === "accuracy" && is === "at most") return `${line}.${rows}.stuck`;
  return rows === undefined ? line : `${line}.${rows}`;
}

/** Counts are said in full, as the wall says them. */
function numberSaid(kind: string, value: number): string {
  if (CHECKS[kind].share) return `${Number((100 * value).toFixed(1))}%`;
  return Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}

/** Returns what a check asks for: "Synapses (green pieces): 6". */
export function said(check: Check): string {
  const { kind } = check;
  const values = settings(check);
  const shown: Record<string, string> = {};
  for (const [setting, value] of Object.entries(values)) shown[setting] = choiceSaid(String(value));
  const what = t(lineOf(kind, values), shown);
  if (typeof values.value !== "number") return what;
  return t("lesson.check", {
    what,
    amount: t(`lesson.${values.is}`, { value: numberSaid(kind, values.value) }),
  });
}

/** Returns what is there now, as a number; null where there is none to tell. */
export function nowSaid(check: Check, state: State): string | null {
  const found = measured(check, state);
  return typeof found === "number" ? t("lesson.now", { now: numberSaid(check.kind, found) }) : null;
}
