/** The open lesson outlives a reload, as the project does. */
import { batch, effect } from "@preact/signals";
import { parsed } from "../../files/json.ts";
import { Part, reading } from "../../files/untrusted.ts";
import { LIMITS, plainLesson, readLesson } from "../../lessons/read.ts";
import { goTo, lesson, lessonStep, openLesson, progress, reached } from "../../lessons/state.ts";
import { keep, kept } from "../../state/kept.ts";

const [KEY, PROGRESS] = ["lesson", "lessons"];
/** Browsers keep some megabytes a page. A lesson with a larger table is not kept. */
const MOST_KEPT = 1_000_000; // letters
/** Each value of a list takes two letters at least, so that what is kept can be read. */
const JSON_LIMITS = { values: MOST_KEPT / 2, depth: 32 };
const MOST_LESSONS = 200;

/** Keeps the lesson and how far one has come in it, until it is left. */
export function keepLesson(): void {
  let had = false;
  effect(() => {
    const one = lesson.value;
    const found = { step: lessonStep.value, reached: [...reached.value] };
    const text = one ? JSON.stringify({ ...found, lesson: plainLesson(one) }) : "";
    // A page that was opened for something else leaves it as it was.
    if (one || had) keep(KEY, text.length <= MOST_KEPT ? text : "");
    had = one !== null;
  });
}

/** Goes on with what was done of all lessons, and keeps it. */
export function keepProgress(): void {
  progress.value = progressKept();
  effect(() => {
    keep(PROGRESS, JSON.stringify(progress.value));
  });
}

/** Reads what was done of lessons; anyone can change it. */
function progressKept(): Record<string, number> {
  const found = reading((notes) => {
    const part = new Part(parsed(kept(PROGRESS) ?? "{}", PROGRESS, JSON_LIMITS), PROGRESS, notes);
    const steps = (id: string) => [id, part.at(id).integer(0, LIMITS.steps)] as const;
    return Object.fromEntries(part.names().slice(-MOST_LESSONS).map(steps));
  });
  return "value" in found ? found.value : {};
}

/** Opens the lesson that was kept, at its step; what is not as this page writes it is left. */
export function resumeLesson(): void {
  const text = kept(KEY);
  if (!text || text.length > MOST_KEPT) return;
  const found = reading((notes) => {
    const part = new Part(parsed(text, KEY, JSON_LIMITS), KEY, notes);
    const nth = (one: Part) => one.integer(0, LIMITS.steps);
    return {
      one: readLesson(part.at("lesson").value),
      step: nth(part.at("step")),
      done: part.at("reached").list(LIMITS.steps).map(nth),
    };
  });
  if (!("value" in found) || !("value" in found.value.one)) return;
  const { one, step, done } = found.value;
  batch(() => {
    openLesson(one.value);
    goTo(step);
    reached.value = new Set(done);
  });
}
