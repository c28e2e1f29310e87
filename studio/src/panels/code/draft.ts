/**
 * The code that is shown: the wall's own, or what the user is typing, as long as the wall is what
 * came of it.
 */
import { batch, computed, signal } from "@preact/signals";
import { type Problem, type Severity, said } from "../../code/problems.ts";
import { type Reading, readCode } from "../../code/read.ts";
import type { Span } from "../../code/values.ts";
import { type Imports, type WriteOptions, writeCode } from "../../code/write.ts";
import { edit, problems as misfits, prepared, project } from "../../state/store.ts";
import type { Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";

export const form = signal<WriteOptions["form"]>("short");
export const imports = signal<Imports>("keras");

interface Draft {
  readonly text: string;
  readonly reading: Reading;
  /** The wall that came of it; once the project has another one, the draft is over. */
  readonly wall: Wall;
  /** The wall that it began with. */
  readonly before: Wall;
}

const draft = signal<Draft | null>(null);
let drafts = 0;

const typed = computed(() =>
  form.value === "short" && draft.value?.wall === project.value.wall ? draft.value : null,
);
const written = computed(() =>
  writeCode(project.value, prepared.value, { form: form.value, imports: imports.value }),
);

export const text = computed(() => typed.value?.text ?? written.value.text);

/** For each line the id of its brick. */
export const lines = computed(() => typed.value?.reading.bricks ?? written.value.bricks);

/** Whether the text is not the wall's own: it stays as the user wrote it, with its imports. */
export const own = computed(() => typed.value !== null && typed.value.text !== written.value.text);

/** What is to be known of the user's own text. */
export const notices = computed(() =>
  (typed.value?.reading.notices ?? [])
    .filter(({ key, values }) => key !== "code.split" || values.share === heldOut.value)
    .map(({ key, values }) => ({ key, text: t(key, values) })),
);

/** The share may have been changed since the code was read. */
const heldOut = computed(() => project.value.data.validation);

/** Reads what was typed; the wall follows if it is understood. */
export function type(code: string): void {
  const { wall, data } = project.value;
  const before = typed.value?.before ?? wall;
  if (!typed.value) drafts += 1;
  const reading = readCode(code, wall, before);
  const validation = reading.validation ?? data.validation;
  batch(() => {
    if (reading.wall && (keyOf(reading.wall) !== keyOf(wall) || validation !== data.validation))
      edit(
        {
          wall: reading.wall,
          ...(validation !== data.validation && { data: { ...data, validation } }),
        },
        `code ${drafts}`,
      );
    draft.value = { text: code, reading, wall: project.value.wall, before };
  });
}

/** Shows the wall's own code, with these imports. */
export function rewrite(chosen: Imports): void {
  batch(() => {
    imports.value = chosen;
    draft.value = null;
  });
}

/** What tells a wall from another; weights belong to a brick's id. */
const keyOf = (wall: Wall) =>
  JSON.stringify(wall, (name, value) => (name === "weights" ? undefined : value));

export interface Mark {
  readonly severity: Severity;
  readonly from: number;
  readonly to: number;
  readonly line: number; // from 1
  readonly text: string;
  /** What was probably meant, in place of what. */
  readonly fix?: Fix | undefined;
}

interface Fix extends Span {
  readonly name: string; // "": it is left out
}

/** What is said about the code, and what does not fit on the wall that came of it. */
export const marks = computed((): readonly Mark[] => {
  const { problems = [], wall = null } = typed.value?.reading ?? {};
  const found = problems.map((problem) => ({
    ...problem,
    text: said(problem),
    fix: fixOf(problem, text.value),
  }));
  const all = typed.value && !wall ? found : [...found, ...misfitMarks()];
  return [...all].sort((a, b) => a.from - b.from);
});

/** A misspelt word within what a problem is about, and what it gets; or a layer that is left out. */
function fixOf({ from, to, key, hint }: Problem, code: string): Fix | undefined {
  if (key === "code.nobrick" && !hint) return leftOut({ from, to }, code);
  const { word, name } = hint?.key === "code.meant" ? hint.values : {};
  if (typeof word !== "string" || typeof name !== "string") return undefined;
  const piece = code.slice(from, to);
  for (let at = piece.indexOf(word); at >= 0; at = piece.indexOf(word, at + 1)) {
    const around = `${piece[at - 1] ?? ""}${piece[at + word.length] ?? ""}`;
    if (!/\w/.test(around)) return { from: from + at, to: from + at + word.length, name };
  }
  return undefined;
}

/** What goes with a layer: the `add` around it, or its comma in a list, and a line that it has for itself. */
function leftOut({ from, to }: Span, code: string): Fix | undefined {
  const before = code.slice(0, from);
  const after = code.slice(to);
  const added = /[^\n]*\.add\([ \t\n]*$/.exec(before);
  const [closed] = /^[ \t\n]*\)[ \t]*(?:#[^\n]*)?(?:\n|$)/.exec(after) ?? [];
  if (added && closed !== undefined)
    return { from: from - added[0].length, to: to + closed.length, name: "" };
  const [comma] = /^[ \t]*,[ \t]*/.exec(after) ?? [];
  if (comma !== undefined) {
    const [indent] = /(?<=\n)[ \t]*$/.exec(before) ?? [];
    const [end] = /^(?:#[^\n]*)?\n/.exec(after.slice(comma.length)) ?? [];
    return indent !== undefined && end !== undefined
      ? { from: from - indent.length, to: to + comma.length + end.length, name: "" }
      : { from, to: to + comma.length, name: "" };
  }
  const [last] = /,[ \t\n]*$/.exec(before) ?? [];
  return last !== undefined && /^[ \t\n]*\]/.test(after)
    ? { from: from - last.length, to, name: "" }
    : undefined;
}

/** Writes what was probably meant. */
export function fix({ from, to, name }: Fix): void {
  type(text.value.slice(0, from) + name + text.value.slice(to));
}

/** A misfit shows at its brick; those of the baseplate and of the figure at the nearest one. */
function misfitMarks(): Mark[] {
  const { bricks } = project.value.wall;
  const rows = text.value.split("\n");
  return misfits.value.flatMap(({ at, key, values }) => {
    const id = bricks[Math.min(Math.max(at, 0), bricks.length - 1)]?.id;
    const line = id ? lines.value.indexOf(id) : -1;
    if (line < 0) return [];
    const start = rows.slice(0, line).reduce((sum, row) => sum + row.length + 1, 0);
    const indent = rows[line].length - rows[line].trimStart().length;
    const [from, to] = [start + indent, start + rows[line].trimEnd().length];
    return [{ severity: "warning" as const, from, to, line: line + 1, text: t(key, values) }];
  });
}
