/** Keras code becomes a wall. The code is parsed, and never run. */

import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { TRAINING } from "../wall/catalogue.ts";
import { LIMITS } from "../wall/limits.ts";
import { FITTING } from "../wall/shapes.ts";
import type { Brick, Wall } from "../wall/wall.ts";
import { Imports } from "./defined.ts";
import { keep } from "./keep.ts";
import { MOST_LAYERS } from "./keras.ts";
import { type Course, stackOf } from "./layers.ts";
import { parseString } from "./literals.ts";
import { type Hint, type Problem, Report } from "./problems.ts";
import { setting } from "./settings.ts";
import { State, TooMuch } from "./state.ts";
import { run } from "./statements.ts";
import { compiled, type Fitted, fitted } from "./training.ts";
import type { Call, Model, Span } from "./values.ts";

export interface Reading {
  /** null: the code has errors, and the wall stays as it is. */
  readonly wall: Wall | null;
  readonly problems: readonly Problem[];
  /** What is to be known of code that is good: it is Keras 1, or lacks its imports. */
  readonly notices: readonly Hint[];
  /** The share of the rows that `fit` holds out; null: it says nothing. */
  readonly validation: number | null;
  /** For each line of the text the id of its brick. */
  readonly bricks: readonly (string | null)[];
}

/** Letters that are read at most. */
export const MOST_TEXT = 100_000;

/**
 * Returns the wall of Keras code; what the code does not say stays as in `current`. While someone
 * types, `before` is the wall that they began with: its bricks come back when their code does.
 */
export function readCode(text: string, current: Wall, before: Wall = current): Reading {
  const report = new Report(text);
  const found = understood(text, { current, before }, report);
  const { problems } = report;
  if (report.failed || !found)
    return { wall: null, problems, notices: [], validation: null, bricks: [] };
  return { problems, ...found };
}

interface Known {
  readonly current: Wall;
  readonly before: Wall;
}

type Found = Omit<Reading, "problems">;

function understood(text: string, known: Known, report: Report): Found | null {
  if (text.length > MOST_TEXT) {
    report.error({ from: 0, to: 0 }, "code.long", { letters: text.length, most: MOST_TEXT });
    return null;
  }
  // What notebooks have besides Python, %matplotlib and !pip, is a comment here.
  const tree = parser.parse(text.replace(/^[ \t]*[%!?]/gm, (mark) => `${mark.slice(0, -1)}#`));
  if (!checked(tree, report)) return null;
  const state = new State(report, new Imports(tree, (node) => text.slice(node.from, node.to)));
  try {
    run(tree.topNode, state);
    const model = modelOf(state);
    if (!model) return null;
    const found = wallOf(model, known, state);
    return { ...found, notices: noticesOf(state, model, found.validation) };
  } catch (problem) {
    if (!(problem instanceof TooMuch)) throw problem;
    report.error(problem.node, problem.key);
    return null;
  }
}

function noticesOf({ report, imports }: State, model: Model, share: number | null): Hint[] {
  const fit = model.fitted.at(-1);
  const split = fit &&
    share !== null && {
      key: "code.split",
      values: { line: report.lineOf(fit.from), share, percent: Math.round(100 * share) },
    };
  return [
    ...(report.oldest ? [{ key: "code.old", values: report.oldest }] : []),
    ...(imports.none ? [{ key: "code.unimported", values: {} }] : []),
    ...(split ? [split] : []),
  ];
}

/** Reports the first place that is no Python. */
function checked(tree: Tree, report: Report): boolean {
  let good = true;
  tree.iterate({
    enter: ({ type, from, to }) => {
      const open = type.name === "String" && parseString(report.text.slice(from, to)) === null;
      if (!good || !(type.isError || open)) return;
      report.error({ from, to: Math.max(to, from + 1) }, open ? "code.string" : "code.syntax", {
        source: report.quoted(sourceAt(from, report.text)),
      });
      good = false;
    },
  });
  return good;
}

/** Returns the rest of the line from there; the last line with code where nothing is left. */
function sourceAt(from: number, text: string): Span {
  const end = text.indexOf("\n", from);
  const to = end < 0 ? text.length : end;
  if (text.slice(from, to).trim()) return { from, to };
  const before = text.slice(0, from).trimEnd().length;
  return { from: text.lastIndexOf("\n", before - 1) + 1, to: before };
}

/** Returns the model that is the wall: the last one that is compiled, or else the last one. */
function modelOf(state: State): Model | null {
  const { models, report } = state;
  if (!models.length && !report.failed) {
    // Functions that only some library calls, as scikit-learn's wrappers do.
    for (const [, value] of [...state.scope.entries()])
      if (value.type === "function" && value.alone && !models.length)
        value.call({ type: "call", path: "", positional: [], keywords: new Map(), from: 0, to: 0 });
  }
  const model = models.findLast((one) => one.compiled.length) ?? models.at(-1);
  if (!model) {
    if (!report.failed)
      report.error({ from: 0, to: 0 }, report.text.trim() ? "code.none" : "code.empty");
    return null;
  }
  const others = models.filter((one) => one.from !== model.from && one.layers.length);
  for (const other of others) report.warn(other, "code.other", { line: report.lineOf(model.from) });
  return model;
}

function wallOf(model: Model, { current, before }: Known, state: State): Omit<Found, "notices"> {
  const { report } = state;
  const { inputs, courses } = stackOf(model, report);
  if (courses.length > MOST_LAYERS) report.error(model, "code.many", { most: MOST_LAYERS });
  const compile = last(model.compiled, "compile", report);
  const { fromLogits, ...training } = compile
    ? compiled(compile, current, report)
    : { fromLogits: false };
  const top = fromLogits ? answered(courses, { ...current, ...training }, model, report) : courses;
  const bricks = keep(top, before.bricks, current.bricks);
  for (const { id, fixed } of before.bricks)
    if (fixed && !bricks.some((brick) => brick.id === id))
      report.warn(model, "code.lost", { name: fixed.name });
  const fit = last(model.fitted, "fit", report);
  const { validation, ...lengths } = fit
    ? inLoop(fit, model, fitted(fit, current, report), report)
    : { validation: null };
  const wall: Wall = {
    ...current,
    inputs: inputs ?? current.inputs,
    bricks,
    ...training,
    ...lengths,
    seed: seedOf(state) ?? current.seed,
  };
  return { wall, validation, bricks: linesOf(courses, bricks, report) };
}

/** Returns the call that counts, and warns of those before it. */
function last(calls: readonly Call[], name: string, report: Report): Call | undefined {
  for (const call of calls.slice(0, -1))
    if (call.from !== calls.at(-1)?.from) report.warn(call, "code.again", { name });
  return calls.at(-1);
}

/** Returns what a `fit` says that a loop runs several times: they go on where the last ones ended. */
function inLoop(fit: Call, { fitted: calls }: Model, once: Fitted, report: Report): Fitted {
  const times = calls.filter(({ from }) => from === fit.from).length;
  if (times === 1) return once;
  const all = Math.min(times * once.epochs, LIMITS.epochs);
  report.warn(fit, "code.loop", { times, epochs: once.epochs, all });
  return { ...once, epochs: all };
}

/** With `from_logits=True` the loss has the sigmoid or softmax; in the studio the top brick has it. */
function answered(
  courses: readonly Course[],
  { loss }: Wall,
  model: Model,
  report: Report,
): readonly Course[] {
  const top = courses.at(-1);
  const { activation } = loss === "binary_crossentropy" ? FITTING.binary : FITTING.classes;
  if (top?.kind !== "Dense" || (top.config.activation ?? "linear") !== "linear") {
    report.error(top ?? model, "code.logits.top", { activation });
    return courses;
  }
  report.warn(top, "code.logits", { activation });
  return [...courses.slice(0, -1), { ...top, config: { ...top.config, activation } }];
}

function seedOf({ seed, report }: State): number | undefined {
  return seed?.value.type === "number"
    ? (setting("seed", seed, TRAINING.seed, report) as number | undefined)
    : undefined;
}

function linesOf(
  courses: readonly Course[],
  bricks: readonly Brick[],
  report: Report,
): (string | null)[] {
  const lines: (string | null)[] = Array(report.lineOf(report.text.length)).fill(null);
  courses.forEach(({ from, to }, i) => {
    const end = report.lineOf(to);
    for (let line = report.lineOf(from); line <= end; line++) lines[line - 1] ??= bricks[i].id;
  });
  return lines;
}
