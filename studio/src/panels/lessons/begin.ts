/** Begins a lesson, and shows what its steps ask one to watch. */
import { batch, computed, effect, untracked } from "@preact/signals";
import { inLanguage, type Lesson, type Step, trains } from "../../lessons/lesson.ts";
import { finished, lessonStep, lesson as now, openLesson } from "../../lessons/state.ts";
import { retrain, setPace } from "../../state/session.ts";
import {
  automatic,
  chosen,
  edit,
  level,
  neuron,
  pace,
  snapshot,
  status,
} from "../../state/store.ts";
import { room, show } from "../../state/view.ts";
import { language } from "../../words/words.ts";

/** Whether edits train at once outside of the lesson; null: no lesson has set that aside. */
let outside: boolean | null = null;

// A step that says "Train it" would otherwise be done before it is read.
effect(() => {
  const asks = now.value !== null && !finished.value && trains(now.value);
  untracked(() => {
    if (asks && outside === null) {
      outside = automatic.value;
      automatic.value = false;
    } else if (!asks && outside !== null) {
      automatic.value ||= outside;
      outside = null;
    }
  });
});

const step = computed<Step | undefined>(() => now.value?.steps[lessonStep.value]);

let before: Step | undefined;

// On a phone, where only one panel is seen, it is shown when the training begins: the text is read first.
effect(() => {
  const begins = status.value === "running";
  const arrives = step.value !== before && room.peek() !== "narrow";
  before = step.value;
  if (step.value && (begins || arrives)) untracked(() => reveal(step.value as Step));
});

/** Shows what a step speaks of: a panel, and in it the part, once it is drawn. */
function reveal({ watch, part }: Step): void {
  if (watch) show(watch);
  if (!part) return;
  setTimeout(() => {
    document.querySelector(`[data-part="${part}"]`)?.scrollIntoView({ block: "nearest" });
  }, DRAWN);
}

const DRAWN = 300; // ms
/** Rows a second of a training that one follows by eye. */
const SLOW = 300;
/** The speed before a step slowed it down; undefined: none has. */
let faster: number | null | undefined;

effect(() => {
  const isSlow = step.value?.slow === true;
  untracked(() => {
    if (isSlow && faster === undefined) {
      faster = pace.value;
      setPace(Math.min(faster ?? SLOW, SLOW));
    } else if (!isSlow && faster !== undefined) {
      if (pace.value === SLOW) setPace(faster);
      faster = undefined;
    }
  });
});

/** The panels of a page that is opened for a lesson. */
export const OPENED = ["bricks", "train"] as const;

/** Begins a lesson: its wall and its data become the document, as one step of undo. */
export function beginLesson(lesson: Lesson): void {
  const { wall, data, detail } = lesson.start;
  for (const panel of [...OPENED, "wall"]) show(panel);
  openLesson(lesson); // before the edit, so that it does not train at once
  batch(() => {
    edit({ name: inLanguage(lesson.title, language.value), wall, data });
    level.value = detail;
    chosen.value = null;
    neuron.value = null;
  });
  if (snapshot.value) retrain(); // it is the wall that was there, and may have learned already
}
