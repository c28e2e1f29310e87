/** What the page begins with: what its file holds, a link, a file of the command, or the last visit. */
import { effect } from "@preact/signals";
import { lentEngine, type RemoteEngine } from "./engine/remote.ts";
import { utf8 } from "./files/bytes.ts";
import { fromLink, type Shared } from "./files/link.ts";
import { type ProjectFile, readProject, writeProject } from "./files/project.ts";
import { Refusal } from "./files/untrusted.ts";
import { readLesson } from "./lessons/read.ts";
import { lesson } from "./lessons/state.ts";
import { bring, whyNot } from "./panels/export/bring.ts";
import { keepLesson, keepProgress, resumeLesson } from "./panels/lessons/kept.ts";
import { beginLesson } from "./panels/lessons.tsx";
import { say, sayFault } from "./panels/toast.tsx";
import { keep, kept } from "./state/kept.ts";
import { begin, bringsWeights, lend, showHistory } from "./state/session.ts";
import { automatic, edit, lent, level, project, status, trainedBefore } from "./state/store.ts";
import { setLanguage } from "./state/view.ts";
import type { Project } from "./wall/project.ts";
import { t } from "./words/words.ts";

/** What changes while one drags is kept when it has been still for so long. */
const STILL = 800; // ms
/** Browsers keep some megabytes a page. Of a larger table only its choice is kept. */
const MOST_KEPT = 1_500_000; // letters
const MOST_CELLS = 100_000;

export function arrive(): void {
  keepProgress();
  const given = document.getElementById("given")?.textContent?.trim() ?? "null";
  const remote = lentEngine();
  const last = given === "null" ? kept("project") : null;
  if (given !== "null") openFile(given);
  else if (last) openFile(last);
  if (given === "null" && !location.hash.startsWith("#w=")) resumeLesson();
  if (given === "null" && location.hash.startsWith("#w=")) openLink(location.hash);
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#w=")) openLink(location.hash);
  });
  begin(remote);
  if (remote) follow(remote);
  if (given !== "null") return;
  keepProject();
  keepLesson();
}

/** Trains with the engine of Python while it is there, and with the page's own while it is not. */
function follow(remote: RemoteEngine): void {
  remote.onState = (problem) => {
    const ran = status.value === "running";
    lent.value = problem === null ? remote : null;
    lend(lent.value);
    const goes = ran && status.value === "running";
    if (problem)
      sayFault(problem, ...(goes ? [t("remote.goes", { epoch: trainedBefore.value })] : []));
  };
  remote.onGiven = ({ name, data }) => {
    bring(new File([data as Uint8Array<ArrayBuffer>], name)).then(
      (lines) => say(...lines),
      (error) => sayFault(t("take.failed", { why: whyNot(error) })),
    );
  };
}

function openFile(text: string): void {
  const read = readProject(utf8(text));
  if ("problem" in read) sayFault(read.problem);
  else openProject(read.value);
}

function openProject({ project: saved, trained, history, lesson }: ProjectFile): void {
  const bricks = saved.wall.bricks.map((brick, i) =>
    trained ? { ...brick, weights: trained[i] } : brick,
  );
  const project = { ...saved, wall: { ...saved.wall, bricks } };
  showHistory(project, history);
  begins(project);
  if (lesson !== undefined) openLesson(lesson);
}

/** What has been trained stays as it is until one trains on. What was there before is a step of undo. */
function begins(opened: Project): void {
  if (bringsWeights(opened.wall)) automatic.value = false;
  if (project.value.wall.bricks.length > 0) edit(opened);
  else project.value = opened;
}

/** A link is put away once it is open: what is built from then on is no longer what it holds. */
function openLink(fragment: string): void {
  const read = fromLink(fragment);
  history.replaceState(null, "", location.pathname + location.search);
  if ("problem" in read) sayFault(read.problem);
  else openShared(read.value, read.notes);
}

function openShared(shared: Shared, notes: readonly string[]): void {
  const before = automatic.value;
  begins(shared.project);
  visited = project.value;
  const stays = before !== automatic.value;
  if (shared.level) level.value = shared.level;
  if (shared.language) setLanguage(shared.language);
  if (shared.lesson !== undefined) openLesson(shared.lesson);
  const said = stays ? [t("take.brought.stays", { automatic: t("train.automatic") })] : [];
  if (notes.length || stays) say(...notes, ...said);
}

function openLesson(found: unknown): void {
  const read = readLesson(found);
  if ("problem" in read) sayFault(read.problem);
  else beginLesson(read.value);
}

/** What a link brought: it is not kept in place of one's own work before one has changed it. */
let visited: Project | null = null;

/** Keeps the project in the browser, so that a page that was closed by mistake is no loss. */
function keepProject(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const now = project.value;
    clearTimeout(timer);
    if (now === visited || (now.wall.bricks.length === 0 && !lesson.value)) return;
    timer = setTimeout(() => {
      const text = toKeep(now);
      if (text !== null && text.length <= MOST_KEPT) keep("project", text);
    }, STILL);
  });
}

/** Returns the project as a file has it, without a large table; null where no file can hold it. */
function toKeep(now: Project): string | null {
  const { table, ...data } = now.data;
  const cells = table ? table.rows * table.columns.length : 0;
  const small = cells > MOST_CELLS ? { ...now, data } : now;
  try {
    return writeProject({ project: small, trained: null, history: [] });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
