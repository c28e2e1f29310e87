/** Begins a lesson, and shows what its steps ask one to watch. */
import { batch, effect, untracked } from "@preact/signals";
import { inLanguage, type Lesson, type Step, trains } from "../../lessons/lesson.ts";
import { finished, lessonStep, lesson as now, openLesson } from "../../lessons/state.ts";
import { automatic, chosen, edit, level, neuron, status } from "../../state/store.ts";
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

let before: Step | undefined;

// On a phone, where only one panel is seen, it is shown when the training begins: the text is read first.
effect(() => {
  const step = now.value?.steps[lessonStep.value];
  const begins = status.value === "running";
  const arrives = step !== before && room.peek() !== "narrow";
  before = step;
  const watch = step?.watch;
  if (watch && (begins || arrives)) untracked(() => show(watch));
});

/** Begins a lesson: its wall and its data become the document, as one step of undo. */
export function beginLesson(lesson: Lesson): void {
  const { wall, data, detail } = lesson.start;
  openLesson(lesson); // before the edit, so that it does not train at once
  batch(() => {
    edit({ name: inLanguage(lesson.title, language.value), wall, data });
    level.value = detail;
    chosen.value = null;
    neuron.value = null;
    show("wall");
  });
}
