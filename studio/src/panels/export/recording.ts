/** The film of the training that goes on, recorded from the beginning. */
import { effect } from "@preact/signals";
import { toSvg } from "../../drawing/picture.ts";
import type { Theme } from "../../drawing/sheet.ts";
import { LocalEngine } from "../../engine/local.ts";
import { again, filmed, suffice, type Watch } from "../../files/film/again.ts";
import { Film } from "../../files/film/film.ts";
import { type Frame, MOST_NUMBERS, Recorder } from "../../files/film/recorder.ts";
import { beganTrained, lent, prepared, snapshot, trainedBefore, until } from "../../state/store.ts";
import type { Project } from "../../wall/project.ts";
import { places } from "../../wall/shapes.ts";
import type { Wall } from "../../wall/wall.ts";
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
    : t(beganTrained.value ? "film.brought" : "film.none");
}

const PICTURES_AT_A_TIME = 4; // then the page gets its turn

/** Returns the film of the training. */
export async function film(
  { name, wall }: Project,
  inputs: readonly string[],
  theme: Theme,
  watch: Watch,
): Promise<Film> {
  const before = trainedBefore.value;
  const made = new Film(before + (until.value || wall.epochs));
  const stack = places(wall);
  for (const [i, { weights, epoch, logs }] of (await framesOf(wall, watch)).entries()) {
    const picture = toSvg(stack, weights, "auto", { name, inputs, theme });
    made.add(picture, { epoch: before + epoch, logs });
    if (i % PICTURES_AT_A_TIME === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return made;
}

/** What was recorded if that is enough; else it is trained again, as far as the page's engine can do that. */
async function framesOf(wall: Wall, watch: Watch): Promise<readonly Frame[]> {
  const recorded = recorder.frames;
  const [data, now] = [prepared.value, snapshot.value];
  if (!data || !now || lent.value || suffice(recorded, filmed(now))) return recorded;
  const job = { wall, training: data.training, validation: data.validation };
  const engine = new LocalEngine();
  try {
    return (await again(engine, job, now, watch)) ?? recorded;
  } finally {
    engine.close();
  }
}
