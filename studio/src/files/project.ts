/** `.brickwork` files: the whole project as JSON, with the user's table and what was trained. */
import type { Ended, Logs } from "../engine/protocol.ts";
import type { Project } from "../wall/project.ts";
import { places } from "../wall/shapes.ts";
import type { Value, Wall, Weight, Weights } from "../wall/wall.ts";
import { textOf, utf8 } from "./bytes.ts";
import { itemsOf, MOST, projectOf, weightListOf } from "./check.ts";
import { parsed } from "./json.ts";
import { plainProject, plainWeights } from "./plain.ts";
import { type Notes, Part, type Read, Refusal, reading } from "./untrusted.ts";

export interface ProjectFile {
  readonly project: Project;
  /** The weights of each brick as they were trained; null before a training. */
  readonly trained: Weights | null;
  readonly history: readonly Ended[];
  /** A lesson as JSON; whoever reads it checks what it holds. */
  readonly lesson?: Value | undefined;
}

const FORMAT = "brickwork studio";
const VERSION = 1;
export const MOST_BYTES = 30_000_000;
const JSON_LIMITS = { values: 5_000_000, depth: 32 };
const MOST_LOGS = 50; // of one epoch

/** Returns the text of a file; refuses a project that could not be opened again. */
export function writeProject({ project, trained, history, lesson }: ProjectFile): string {
  const text = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    project: plainProject(project),
    trained: trained?.map(plainWeights) ?? null,
    history: history.slice(-MOST.epochs).map(({ epoch, logs }) => ({ epoch, logs: finite(logs) })),
    lesson,
  });
  const again = readProject(utf8(text));
  if ("problem" in again) throw new Refusal("files.unwritten", { why: again.problem });
  return text;
}

/** JSON has no NaN and no infinity: a loss that is none is left out. */
const finite = (logs: Logs): Logs =>
  Object.fromEntries(Object.entries(logs).filter(([, value]) => Number.isFinite(value)));

export const readProject = (bytes: Uint8Array): Read<ProjectFile> =>
  reading((notes) => read(bytes, notes));

function read(bytes: Uint8Array, notes: Notes): ProjectFile {
  if (bytes.length > MOST_BYTES)
    throw new Refusal("files.bytes", { size: bytes.length, most: MOST_BYTES });
  const text = textOf(bytes);
  if (!text?.trimStart().startsWith("{")) throw new Refusal("files.project.none");
  const root = new Part(parsed(text, "project", JSON_LIMITS), "", notes);
  if (root.maybe("format")?.value !== FORMAT) throw new Refusal("files.project.none");
  if (root.at("version").integer(1, Number.MAX_SAFE_INTEGER) > VERSION)
    throw new Refusal("files.newer");
  root.knows("format", "version", "project", "trained", "history", "lesson");
  const project = projectOf(root.at("project"));
  const trained = root.maybe("trained");
  return {
    project,
    trained: trained && !trained.isNull ? trainedOf(trained, project.wall) : null,
    history: root.maybe("history")?.list(MOST.epochs).map(endedOf) ?? [],
    ...(root.maybe("lesson") && { lesson: root.at("lesson").value as Value }),
  };
}

function trainedOf(part: Part, wall: Wall): Weight[][] {
  const found = itemsOf(part, wall.bricks.length);
  return places(wall).map((place, i) => weightListOf(found[i], place));
}

function endedOf(part: Part): Ended {
  const logs = part.at("logs");
  const names = logs.names();
  if (names.length > MOST_LOGS) logs.refuse("files.expected.fewer", { most: MOST_LOGS });
  return {
    epoch: part.at("epoch").integer(0, Number.MAX_SAFE_INTEGER),
    logs: Object.fromEntries(names.map((name) => [name, logs.at(name).finite()])),
  };
}
