/** Begins a lesson: its wall and its data become the document, as one step of undo. */
import { batch } from "@preact/signals";
import { inLanguage, type Lesson } from "../../lessons/lesson.ts";
import { openLesson } from "../../lessons/state.ts";
import { chosen, edit, level, neuron } from "../../state/store.ts";
import { show } from "../../state/view.ts";
import { language } from "../../words/words.ts";

export function beginLesson(lesson: Lesson): void {
  const { wall, data, detail } = lesson.start;
  batch(() => {
    edit({ name: inLanguage(lesson.title, language.value), wall, data });
    level.value = detail;
    chosen.value = null;
    neuron.value = null;
    openLesson(lesson);
    show("wall");
  });
}
