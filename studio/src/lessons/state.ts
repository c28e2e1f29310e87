/** The lesson that is open, and how far the learner has come in each. */
import { batch, computed, signal } from "@preact/signals";
import type { Lesson } from "./lesson.ts";

export const lesson = signal<Lesson | null>(null);
export const lessonStep = signal(0);
/** Steps of the open lesson whose checks were all met at some time: what was reached is not taken away. */
export const reached = signal<ReadonlySet<number>>(new Set());
export const finished = computed(
  () => lesson.value !== null && lessonStep.value >= lesson.value.steps.length,
);

/** How many steps of a lesson are done, by its id. */
export const progress = signal<Readonly<Record<string, number>>>({});

export function openLesson(one: Lesson): void {
  batch(() => {
    lesson.value = one;
    lessonStep.value = 0;
    reached.value = new Set();
  });
}

export function closeLesson(): void {
  lesson.value = null;
}

/** Notes that the checks of the step are met. */
export function reach(): void {
  const one = lesson.value;
  const step = lessonStep.value;
  if (!one || finished.value || reached.value.has(step)) return;
  reached.value = new Set([...reached.value, step]);
  const done = Math.max(progress.value[one.id] ?? 0, reached.value.size);
  progress.value = { ...progress.value, [one.id]: done };
}

/** Goes to a step; behind the last one the lesson is finished. */
export function goTo(step: number): void {
  lessonStep.value = Math.max(0, Math.min(step, lesson.value?.steps.length ?? 0));
}
