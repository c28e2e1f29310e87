/** The open lesson outlives a reload, as the project does. */
import { effect } from "@preact/signals";
import { parsed } from "../../files/json.ts";
import { Part, reading } from "../../files/untrusted.ts";
import { LIMITS, plainLesson, readLesson } from "../../lessons/read.ts";
import { goTo, lesson, lessonStep, openLesson, reached } from "../../lessons/state.ts";
import { keep, kept } from "../../state/kept.ts";

const KEY = "lesson";
/** Browsers keep some megabytes a page. A lesson with a larger table is not kept. */
const MOST_KEPT = 1_000_000; // letters
const JSON_LIMITS = { values: 100_000, depth: 32 };

/** Keeps the lesson and how far one has come in it; "" once it is left. */
export function keepLesson(): void {
  effect(() => {
    const one = lesson.value;
    const found = { step: lessonStep.value, reached: [...reached.value] };
    const text = one ? JSON.stringify({ ...found, lesson: plainLesson(one) }) : "";
    keep(KEY, text.length <= MOST_KEPT ? text : "");
  });
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
  openLesson(one.value);
  goTo(step);
  reached.value = new Set(done);
}
