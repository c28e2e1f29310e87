/**
 * A link that holds a project: `#w=1.`, a checksum, since links are cut off and changed on their
 * way, and JSON with short keys, deflated, as base64url. What is too large for an address (a table,
 * large weights) stays out, and is said.
 */
import { deflateSync, Inflate } from "fflate";
import type { Table } from "../data/table.ts";
import type { Level, Project } from "../wall/project.ts";
import type { Brick, Value, Wall, Weights } from "../wall/wall.ts";
import { LANGUAGES, type Language } from "../words/words.ts";
import { type Bytes, fromBase64Url, joined, textOf, toBase64Url, utf8 } from "./bytes.ts";
import { projectOf } from "./check.ts";
import { type Json, parsed } from "./json.ts";
import { plainProject } from "./plain.ts";
import { sha256 } from "./sha256.ts";
import { Notes, Part, type Read, Refusal, reading } from "./untrusted.ts";
import { countOf } from "./weights.ts";

export interface Shared {
  readonly project: Project;
  readonly level?: Level | undefined;
  readonly language?: Language | undefined;
  /** A lesson as JSON; whoever reads it checks what it holds. */
  readonly lesson?: Value | undefined;
}

export interface Link {
  readonly fragment: string;
  readonly notes: readonly string[]; // what is not in it
}

const LEVELS: readonly Level[] = ["bricks", "lines", "synapses"];
const VERSION = 1;
const CHECK = 8; // letters of the checksum
const FORM = new RegExp(`^#?w=(\\d{1,4})\\.([0-9a-f]{${CHECK}})([A-Za-z0-9_-]+)$`);
export const MOST = { letters: 200_000, inflated: 1_000_000, weights: 5000, points: 1000 } as const;
const JSON_LIMITS = { values: 100_000, depth: 32 };

/** The names of `plain.ts` in links. Configs have other names, which stay. */
const SHORT: Readonly<Record<string, string>> = {
  name: "n",
  wall: "w",
  data: "d",
  inputs: "i",
  bricks: "b",
  loss: "l",
  optimizer: "o",
  metrics: "m",
  batchSize: "s",
  epochs: "e",
  seed: "r",
  kind: "k",
  config: "c",
  trainable: "f",
  fixed: "x",
  weights: "v",
  shape: "h",
  values: "u",
  source: "q",
  samples: "p",
  noise: "z",
  table: "t",
  target: "y",
  excluded: "g",
  task: "a",
  missing: "j",
  standardize: "S",
  validation: "V",
  columns: "C",
  rows: "R",
  numbers: "N",
  texts: "T",
};
const LONG = Object.fromEntries(Object.entries(SHORT).map(([long, short]) => [short, long]));

/** Returns a value with its keys replaced. Its depth is limited by whoever made it. */
function renamed(value: Json, names: Readonly<Record<string, string>>): Json {
  if (Array.isArray(value)) return value.map((part) => renamed(part, names));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [
    Object.hasOwn(names, key) ? names[key] : key,
    renamed(part, names),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Returns a link; refuses what could not be opened again. Weights come with it if they are given, or
 * belong to weight bricks, and are few.
 */
export function toLink(shared: Shared, trained?: Weights): Link {
  const notes = new Notes();
  const { project, level, language, lesson } = shared;
  const { table, ...choice } = project.data;
  const kept = table && keptTable(project.data.source, table, notes);
  const content = plainProject({
    ...project,
    wall: keptWall(project.wall, trained, notes),
    data: kept ? { ...choice, table: kept } : choice,
  });
  const whole = { p: renamed(content, SHORT), g: level, a: language, l: lesson };
  const packed = deflateSync(utf8(JSON.stringify(whole)), { level: 9 });
  const fragment = `#w=${VERSION}.${sha256(packed).slice(0, CHECK)}${toBase64Url(packed)}`;
  const again = fromLink(fragment);
  if ("problem" in again) throw new Refusal("files.unwritten", { why: again.problem });
  return { fragment, notes: notes.all };
}

function keptWall(wall: Wall, trained: Weights | undefined, notes: Notes): Wall {
  const wanted = wall.bricks.map(
    (brick, i) => trained?.[i] ?? (brick.fixed && brick.weights) ?? [],
  );
  const isSmall = countOf(wanted) <= MOST.weights;
  const without = ({ weights, fixed, trainable, ...brick }: Brick): Brick => {
    if (weights?.length) notes.add("files.link.weights");
    return fixed || trainable === undefined ? brick : { ...brick, trainable };
  };
  if (trained && !isSmall) notes.add("files.link.weights");
  const kept = (brick: Brick, i: number) =>
    isSmall && (trained || brick.fixed) ? { ...brick, weights: wanted[i] } : without(brick);
  return { ...wall, bricks: wall.bricks.map(kept) };
}

/** Returns points drawn by hand, to four digits; another table is too large for an address. */
function keptTable(source: string, table: Table, notes: Notes): Table | undefined {
  if (source !== "drawn" || table.rows > MOST.points) {
    notes.add("files.link.table", { name: table.name });
    return undefined;
  }
  const { notes: _, picture: __, ...kept } = table;
  const rounded = (value: number) => Number(value.toPrecision(4));
  const columns = table.columns.map(({ name, values }) => ({
    name,
    values: values instanceof Float64Array ? values.map(rounded) : values,
  }));
  return { ...kept, columns };
}

/** Returns what a link holds; `fragment` is the part of the address from its `#` on. */
export const fromLink = (fragment: string): Read<Shared> =>
  reading((notes) => read(fragment, notes));

function read(fragment: string, notes: Notes): Shared {
  if (fragment.length > MOST.letters) throw new Refusal("files.link.long", { most: MOST.letters });
  const [, version, check, body] = FORM.exec(fragment.replace(/%3d/i, "=")) ?? damaged();
  if (Number(version) !== VERSION) throw new Refusal("files.newer");
  const packed = fromBase64Url(body) ?? damaged();
  if (sha256(packed).slice(0, CHECK) !== check) damaged();
  const text = textOf(inflated(packed)) ?? damaged();
  const value = parsed(text, "link", JSON_LIMITS) as Json;
  const root = new Part(value, "link", notes);
  root.knows("p", "g", "a", "l");
  const project = projectOf(new Part(renamed(root.at("p").value as Json, LONG), "project", notes));
  if (["csv", "drawn"].includes(project.data.source) && !project.data.table)
    notes.add("files.link.notable");
  return {
    project,
    level: root.maybe("g")?.choice(LEVELS),
    language: root.maybe("a")?.choice(LANGUAGES),
    lesson: root.maybe("l")?.value as Value | undefined,
  };
}

function damaged(): never {
  throw new Refusal("files.link.damaged");
}

/** The bytes that are inflated at a time: they become at most a thousand times as many. */
const STEP = 256;

/** Returns inflated bytes, never more than a limit: a small link can hold gigabytes of zeros. */
function inflated(packed: Bytes): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    parts.push(part);
    size += part.length;
  });
  try {
    for (let at = 0; at < packed.length; at += STEP) {
      stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
      if (size > MOST.inflated) throw new Refusal("files.link.bomb", { most: MOST.inflated });
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    damaged();
  }
  return joined(parts);
}
