/** The film of the training that goes on, recorded from the beginning. */
import { effect } from "@preact/signals";
import { toSvg } from "../../drawing/picture.ts";
import type { Theme } from "../../drawing/sheet.ts";
import { Film } from "../../files/film/film.ts";
import { MOST_NUMBERS, Recorder } from "../../files/film/recorder.ts";
import type { Project } from "../../state/project.ts";
import { snapshot } from "../../state/store.ts";
import { places } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";

const recorder = new Recorder();

/** Records every snapshot; returns how to stop. */
export function record(): () => void {
  return effect(() => {
    if (snapshot.value) recorder.add(snapshot.value);
    else recorder.clear();
  });
}

/** Returns why there is no film, or null. */
export function unfilmed(): string | null {
  if (recorder.frames.length > 1) return null;
  const size = snapshot.value?.weights.flat().reduce((sum, { values }) => sum + values.length, 0);
  return size && size > MOST_NUMBERS / 2
    ? t("film.large", { most: MOST_NUMBERS / 2 })
    : t("film.none");
}

const PICTURES_AT_A_TIME = 4; // then the page gets its turn

/** Returns the film of what was recorded. */
export async function film(
  { name, wall }: Project,
  inputs: readonly string[],
  theme: Theme,
): Promise<Film> {
  const made = new Film(wall.epochs);
  const stack = places(wall);
  for (const [i, { weights, epoch, logs }] of recorder.frames.entries()) {
    made.add(toSvg(stack, weights, "auto", { name, inputs, theme }), { epoch, logs });
    if (i % PICTURES_AT_A_TIME === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return made;
}
