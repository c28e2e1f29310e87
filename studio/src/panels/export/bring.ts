/** Brings a file in: a table, a project, or a trained network, as its name ends. */
import { readCsv } from "../../data/csv.ts";
import { DataError } from "../../data/errors.ts";
import type { Weights } from "../../drawing/network.ts";
import { readBrick } from "../../files/brick-reader.ts";
import { MOST_BYTES, readProject } from "../../files/project.ts";
import { bytesOfFile } from "../../files/save.ts";
import { type Read, Refusal } from "../../files/untrusted.ts";
import type { Project } from "../../state/project.ts";
import { automatic, edit, project } from "../../state/store.ts";
import { show } from "../../state/view.ts";
import { isFull, keep } from "../../state/weight-bricks.ts";
import type { Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { pick } from "../data/choose.ts";

/** Endings of what can be brought in. */
export const ENDINGS = ".brick,.brickwork,.csv,.tsv,.txt";

/** Brings a file in and returns what there is to say of it; throws a `Refusal` or a `DataError`. */
export async function bring(file: File): Promise<string[]> {
  const bytes = await bytesOfFile(file, MOST_BYTES);
  const ending = /\.\w+$/.exec(file.name.toLowerCase())?.[0];
  if (ending === ".brick") return bringBrick(file.name, bytes);
  if (ending === ".brickwork" || ending === ".json") return bringProject(bytes);
  if (ending && ENDINGS.split(",").includes(ending)) return bringTable(file.name, bytes);
  throw new Refusal("take.unknown", { name: file.name });
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
  pick("csv", table);
  show("data");
  return [
    t("take.brought.table", {
      name: table.name,
      rows: table.rows,
      columns: table.columns.length,
    }),
  ];
}

function bringProject(bytes: Uint8Array): string[] {
  const { value, notes } = taken(readProject(bytes));
  const { project: saved, trained } = value;
  open(trained ? { ...saved, wall: withWeights(saved.wall, trained) } : saved);
  return [t("take.brought.project", { name: value.project.name }), ...notes];
}

/** A network goes onto the wall, and into the palette, to be built on. */
function bringBrick(file: string, bytes: Uint8Array): string[] {
  const { value, notes } = taken(readBrick(bytes));
  const name = file.replace(/\.brick$/i, "");
  const wall = withWeights(value.wall, value.weights);
  open({ ...project.value, name, wall });
  const said = [t("take.brought.brick", { name }), ...notes];
  if (isFull.value) return said;
  keep(name, wall);
  return [...said, t("take.brought.kept")];
}

function withWeights(wall: Wall, weights: Weights): Wall {
  const bricks = wall.bricks.map((brick, i) => ({
    ...brick,
    weights: weights[i]?.length ? weights[i] : brick.weights,
  }));
  return { ...wall, bricks };
}

/** Opens a project as one step of undo. What it has learned stays as it is until one trains on. */
function open(opened: Project): void {
  if (opened.wall.bricks.some((brick) => brick.weights)) automatic.value = false;
  edit(opened);
  show("wall");
}
