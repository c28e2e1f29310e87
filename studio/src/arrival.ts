/** What the page begins with: what its file holds, a link, a file of the command, or the last visit. */
import { effect } from "@preact/signals";
import { lentEngine, type RemoteEngine } from "./engine/remote.ts";
import { utf8 } from "./files/bytes.ts";
import { fromLink, type Shared } from "./files/link.ts";
import { type ProjectFile, readProject, writeProject } from "./files/project.ts";
import { readLesson } from "./lessons/read.ts";
import { bring, whyNot } from "./panels/export/bring.ts";
import { beginLesson } from "./panels/lessons.tsx";
import { say, sayFault } from "./panels/toast.tsx";
import type { Project } from "./state/project.ts";
import { begin, lend, showHistory } from "./state/session.ts";
import { automatic, lent, level, project } from "./state/store.ts";
import { keep, kept, setLanguage } from "./state/view.ts";
import type { Brick } from "./wall/wall.ts";
import { t } from "./words/words.ts";

/** What changes while one drags is kept when it has been still for so long. */
const STILL = 800; // ms
/** Browsers keep some megabytes a page; a larger table is not kept. */
const MOST_KEPT = 1_500_000; // letters

export function arrive(): void {
  const given = document.getElementById("given")?.textContent?.trim() ?? "null";
  const remote = lentEngine();
  if (given !== "null") openFile(given);
  else if (location.hash.startsWith("#w=")) openLink(location.hash);
  else {
    const last = kept("project");
    if (last) openFile(last);
  }
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#w=")) openLink(location.hash);
  });
  begin(remote);
  if (remote) follow(remote);
  if (given === "null") keepProject();
}

/** Trains with the engine of Python while it is there, and with the page's own while it is not. */
function follow(remote: RemoteEngine): void {
  remote.onState = (problem) => {
    lent.value = problem === null ? remote : null;
    lend(lent.value);
    if (problem) sayFault(problem);
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

function openProject({ project: saved, trained, history }: ProjectFile): void {
  const bricks = saved.wall.bricks.map((brick, i) =>
    trained ? { ...brick, weights: trained[i] } : brick,
  );
  begins({ ...saved, wall: { ...saved.wall, bricks } });
  if (isTrained(bricks)) showHistory(history);
}

const isTrained = (bricks: readonly Brick[]) =>
  bricks.some((brick) => brick.weights && !brick.fixed);

/** What has been trained stays as it is until one trains on. */
function begins(opened: Project): void {
  if (isTrained(opened.wall.bricks)) automatic.value = false;
  project.value = opened;
}

/** A link is put away once it is open: what is built from then on is no longer what it holds. */
function openLink(fragment: string): void {
  const read = fromLink(fragment);
  history.replaceState(null, "", location.pathname + location.search);
  if ("problem" in read) sayFault(read.problem);
  else openShared(read.value, read.notes);
}

function openShared(shared: Shared, notes: readonly string[]): void {
  begins(shared.project);
  if (shared.level) level.value = shared.level;
  if (shared.language) setLanguage(shared.language);
  if (shared.lesson !== undefined) {
    const lesson = readLesson(shared.lesson);
    if ("problem" in lesson) sayFault(lesson.problem);
    else beginLesson(lesson.value);
  }
  if (notes.length) say(...notes);
}

/** Keeps the project in the browser, so that a page that was closed by mistake is no loss. */
function keepProject(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const now = project.value;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (now.wall.bricks.length === 0) return;
      const text = writeProject({ project: now, trained: null, history: [] });
      if (text.length <= MOST_KEPT) keep("project", text);
    }, STILL);
  });
}
