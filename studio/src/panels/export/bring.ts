/** Brings a file in: a table, a project, or a trained network, whatever its name. */
import { readCsv } from "../../data/csv.ts";
import { DataError } from "../../data/errors.ts";
import { loadPrepared } from "../../data/load.ts";
import type { DataChoice, Scale } from "../../data/table.ts";
import { targetScale, UNSCALED } from "../../data/units.ts";
import { type BrickFile, readBrick } from "../../files/brick-reader.ts";
import { kindOfFile } from "../../files/kind.ts";
import { MOST_BYTES, readProject } from "../../files/project.ts";
import { bytesOfFile } from "../../files/save.ts";
import { type Read, Refusal } from "../../files/untrusted.ts";
import { inLanguage } from "../../lessons/lesson.ts";
import { readLesson } from "../../lessons/read.ts";
import { bringsWeights, showHistory } from "../../state/session.ts";
import { automatic, edit, project } from "../../state/store.ts";
import { show } from "../../state/view.ts";
import { isFull, keep } from "../../state/weight-bricks.ts";
import type { Project } from "../../wall/project.ts";
import type { Wall, Weights } from "../../wall/wall.ts";
import { language, t } from "../../words/words.ts";
import { keptTable, pick } from "../data/choose.ts";
import { beginLesson } from "../lessons/begin.ts";
import { shownName } from "../names.ts";

/** Brings a file in and returns what there is to say of it; throws a `Refusal` or a `DataError`. */
export async function bring(file: File): Promise<string[]> {
  const bytes = await bytesOfFile(file, MOST_BYTES);
  switch (kindOfFile(file.name, bytes)) {
    case "brick":
      return bringBrick(file.name, bytes);
    case "project":
      return bringProject(bytes);
    case "table":
      return bringTable(file.name, bytes);
    case "keras":
      throw new Refusal("take.keras.bring", { name: file.name });
    case "unknown":
      return bringUnknown(file.name, bytes);
  }
}

/** Tables have all kinds of endings: ".data", ".dat" ... */
function bringUnknown(name: string, bytes: Uint8Array): string[] {
  try {
    return bringTable(name, bytes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new Refusal("take.unknown", { name });
  }
}

/** Returns why a file was not brought in, in words. */
export function whyNot(error: unknown): string {
  if (error instanceof DataError) return t(error.key, error.values);
  return error instanceof Error ? error.message : String(error);
}

function taken<T>(read: Read<T>): { value: T; notes: readonly string[] } {
  if ("problem" in read) throw new Error(read.problem);
  return read;
}

function bringTable(name: string, bytes: Uint8Array): string[] {
  const table = readCsv(bytes, name);
  const other = keptTable("csv");
  const otherName = other && shownName(other.name); // of a lesson's table: before it is left
  pick("csv", table);
  show("data");
  return [
    t("take.brought.table", {
      name: table.name,
      rows: table.rows,
      columns: table.columns.length,
    }),
    ...(otherName ? [t("take.brought.instead", { name: otherName })] : []),
  ];
}

function bringProject(bytes: Uint8Array): string[] {
  const { value, notes } = taken(readProject(bytes));
  if (value.lesson !== undefined) return bringLesson(value.lesson);
  const { project: saved, trained, history } = value;
  const wall = trained ? withWeights(saved.wall, trained) : saved.wall;
  const opened = { ...saved, wall };
  showHistory(opened, history);
  const stays = open(opened);
  return [t("take.brought.project", { name: value.project.name }), ...stays, ...notes];
}

/** A lesson brings its own wall and data: those of the file are the same, for pages that know no lessons. */
function bringLesson(found: unknown): string[] {
  const { value, notes } = taken(readLesson(found));
  beginLesson(value);
  return [t("take.brought.lesson", { title: inLanguage(value.title, language.value) }), ...notes];
}

/** A network goes onto the wall, and into the palette, to be built on. */
async function bringBrick(file: string, bytes: Uint8Array): Promise<string[]> {
  const { value, notes } = taken(readBrick(bytes));
  const name = file.replace(/\.brick$/i, "");
  const wall = withWeights(value.wall, value.weights);
  const { data } = project.value;
  // A network that was trained on standardized rows knows no others.
  const turnsOn = value.scales !== null && !data.standardize;
  const chosen = turnsOn ? { ...data, standardize: true } : data;
  const scaled = turnsOn ? [t("take.brought.standardized")] : [];
  const otherwise = await scaledOtherwise(value, chosen);
  const stays = open({ ...project.value, name, wall, data: chosen });
  const said = [t("take.brought.brick", { name }), ...stays, ...notes, ...scaled, ...otherwise];
  if (isFull.value) return said;
  keep(name, wall);
  return [...said, t("take.brought.kept")];
}

/** Returns a line where the data's rows are scaled otherwise than those that the network knows. */
async function scaledOtherwise(file: BrickFile, data: DataChoice): Promise<string[]> {
  const rows = await loadPrepared(data).catch(() => null); // the data panel says why
  if (!rows || rows.inputs.length !== file.wall.inputs) return []; // the wall says it
  const there = file.scales ?? rows.inputs.map(() => UNSCALED);
  const pairs = rows.inputs.map((name, i) => ({ name, there: there[i], here: rows.scales[i] }));
  const target = { there: file.targetScale ?? UNSCALED, here: targetScale(rows) };
  const all = [...pairs, { name: rows.target, ...target }];
  const other = all.find((pair) => !areClose(pair.there, pair.here));
  if (!other) return [];
  const said = ({ mean, std }: Scale) =>
    t("take.brought.scale", {
      mean: Number(mean.toPrecision(4)),
      deviation: Number(std.toPrecision(4)),
    });
  const values = { name: other.name, there: said(other.there), here: said(other.here) };
  return [t("take.brought.otherwise", values)];
}

/** Files hold float32: what is left of its rounding is no difference. */
const areClose = (a: Scale, b: Scale) =>
  Math.abs(a.mean - b.mean) <= 1e-3 * b.std && Math.abs(a.std - b.std) <= 1e-3 * b.std;

function withWeights(wall: Wall, weights: Weights): Wall {
  const bricks = wall.bricks.map((brick, i) => ({
    ...brick,
    weights: weights[i]?.length ? weights[i] : brick.weights,
  }));
  return { ...wall, bricks };
}

/** Opens a project as one step of undo. What it has learned stays until one trains on, which is said. */
function open(opened: Project): string[] {
  const stays = bringsWeights(opened.wall) && automatic.value;
  if (stays) automatic.value = false;
  edit(opened);
  show("wall");
  return stays ? [t("take.brought.stays", { automatic: t("train.automatic") })] : [];
}
