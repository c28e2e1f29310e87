/** The wall by keyboard. */

import { chosen, level, neuron, project, stack } from "../../state/store.ts";
import type { Level } from "../../wall/project.ts";
import { t } from "../../words/words.ts";
import { changeUnits, choose, moveTo, placeOf, removeBrick } from "./actions.ts";
import { openedByKey, said, settingsOpen } from "./state.ts";

export const LEVELS: readonly Level[] = ["bricks", "lines", "synapses"];

/** What can be chosen, from the baseplate up. */
function choosable(): string[] {
  return [
    "baseplate",
    ...stack.value.map((place) => place.brick.id),
    ...(stack.value.length ? ["figure"] : []),
  ];
}

/** Handles a key that was pressed on the wall; returns whether it meant something. */
export function onWallKey(event: KeyboardEvent): boolean {
  endNumber(event.key);
  if (event.ctrlKey || event.metaKey) return false;
  const all = choosable();
  const place = placeOf(chosen.value);
  const at = Math.max(0, all.indexOf(chosen.value ?? "baseplate"));
  const go = (to: number) => choose(all[Math.max(0, Math.min(all.length - 1, to))]);
  switch (event.key) {
    case "ArrowUp":
    case "ArrowDown": {
      const by = event.key === "ArrowUp" ? 1 : -1;
      if (!event.altKey) go(at + by);
      else if (place) moveTo(place.brick.id, place.index + by);
      return true;
    }
    case "Home":
      go(all.length - 1);
      return true;
    case "End":
      go(0);
      return true;
    case "ArrowLeft":
    case "ArrowRight":
      return (
        place !== undefined &&
        chooseNeuron(place.index, place.outputs, event.key === "ArrowRight" ? 1 : -1)
      );
    case "Delete":
    case "Backspace":
      if (place) removeBrick(place.brick.id);
      return place !== undefined;
    case "Enter":
    case " ":
      openedByKey.value = true;
      choose(chosen.value ?? all[at], true);
      return true;
    case "+":
    case "=":
    case "-":
      if (place) changeUnits(place.brick.id, event.key === "-" ? -1 : 1);
      return place !== undefined;
    case "Escape":
      if (settingsOpen.value) settingsOpen.value = false;
      else choose(null);
      return true;
    default:
      return onLevelKey(event);
  }
}

/** Milliseconds between digits of one number. */
const NUMBER = 500;
/** When the last digit was typed, and the level before the number that it belongs to. */
let [digitAt, levelBefore]: [number, Level] = [Number.NEGATIVE_INFINITY, "bricks"];

/** Any key that no number is written with ends it: a digit after that is a level again. */
function endNumber(key: string): void {
  if (!/^[\d.]$/.test(key)) digitAt = Number.NEGATIVE_INFINITY;
}

/**
 * Handles 1, 2 and 3: the levels of detail. More digits in a row are a number, which somebody types
 * whose field has closed: they mean no level, and the first one is taken back.
 */
export function onLevelKey(event: KeyboardEvent): boolean {
  endNumber(event.key);
  if (event.altKey || event.ctrlKey || event.metaKey || !/^\d$/.test(event.key)) return false;
  if (event.repeat) return true;
  const isNumber = event.timeStamp - digitAt < NUMBER;
  digitAt = event.timeStamp;
  if (!isNumber) levelBefore = level.value;
  const wanted = isNumber ? levelBefore : LEVELS[Number(event.key) - 1];
  if (wanted && wanted !== level.value) setLevel(wanted);
  return wanted !== undefined;
}

export function setLevel(wanted: Level): void {
  level.value = wanted;
  said.value = t(`wall.level.${wanted}`);
}

/** Goes to a finer level, or back. */
export function zoom(finer: boolean): void {
  const at = LEVELS.indexOf(level.value) + (finer ? 1 : -1);
  if (LEVELS[at]) setLevel(LEVELS[at]);
}

function chooseNeuron(brick: number, units: number, by: number): boolean {
  if (project.value.wall.bricks[brick].kind !== "Dense" || level.value === "bricks") return false;
  const before = neuron.value?.brick === brick ? neuron.value.unit : by > 0 ? -1 : units;
  const unit = Math.max(0, Math.min(units - 1, before + by));
  neuron.value = { brick, unit };
  said.value = t("wall.said.neuron", { unit: String(unit) });
  return true;
}
