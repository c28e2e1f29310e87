/** What one does to the wall, by hand or by key: each edits it, chooses the brick, and says what happened. */
import { batch } from "@preact/signals";
import { chosen, editWall, neuron, prepared, problems, project, stack } from "../../state/store.ts";
import { BRICKS } from "../../wall/catalogue.ts";
import { configure, duplicate, freeze, insert, move, remove } from "../../wall/edits.ts";
import { type Misfit, misfits, type Place } from "../../wall/shapes.ts";
import type { Brick, Config, Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { landed, said, settingsOpen } from "./state.ts";

/** In ms: how long bricks land, and how much later each of several does; `wall.css` has the same. */
const LANDING = 320;
const AFTER = 90;

/** Returns the place of a brick; undefined for the baseplate, the figure, or one that is gone. */
export const placeOf = (id: string | null): Place | undefined =>
  stack.value.find((place) => place.brick.id === id);

function say(key: string, place: Place | undefined): void {
  if (!place) return;
  const { name, index, inputs, outputs } = place;
  said.value = t(key, { name, nth: index + 1, all: stack.value.length, inputs, outputs });
}

/** Returns the wall with bricks put in, so that the lowest has index `at`. */
export function withBricks(wall: Wall, bricks: readonly Brick[], at: number): Wall {
  return bricks.reduce((now, brick, k) => insert(now, brick, at + k), wall);
}

/** Puts bricks onto the wall; without `at`, above the chosen one, or else on top, but below an output that fits. */
export function add(bricks: readonly Brick[], at?: number): void {
  const below = placeOf(chosen.value);
  const top = hasOutput() ? stack.value.length - 1 : stack.value.length;
  const index = at ?? Math.min(below ? below.index + 1 : top, top);
  batch(() => {
    editWall(withBricks(project.value.wall, bricks, index));
    land(bricks.map((brick) => brick.id));
    chosen.value = bricks[bricks.length - 1].id;
  });
  say("wall.said.added", placeOf(bricks[bricks.length - 1].id));
}

/** Whether the top brick already gives what the data needs: what is added belongs below it. */
function hasOutput(): boolean {
  const top = stack.value.length;
  return (
    top > 0 &&
    !problems.value.some((problem) => problem.key === "misfit.outputs" || problem.at === top - 1)
  );
}

export function moveTo(id: string, to: number): void {
  const { wall } = project.value;
  const end = Math.max(0, Math.min(wall.bricks.length - 1, to));
  batch(() => {
    editWall(move(wall, id, end));
    land([id]);
    chosen.value = id;
  });
  say("wall.said.moved", placeOf(id));
}

/** Removes a brick and chooses the one below it, or else above. */
export function removeBrick(id: string): void {
  const place = placeOf(id);
  if (!place) return;
  batch(() => {
    const next = stack.value[place.index - 1] ?? stack.value[place.index + 1];
    editWall(remove(project.value.wall, id));
    chosen.value = next?.brick.id ?? "baseplate";
    settingsOpen.value = false;
    neuron.value = null;
  });
  said.value = t("wall.said.removed", { name: place.name, n: stack.value.length });
}

export function duplicateBrick(id: string): void {
  const place = placeOf(id);
  if (!place) return;
  batch(() => {
    const wall = duplicate(project.value.wall, id);
    editWall(wall);
    const twin = wall.bricks[place.index + 1].id;
    land([twin]);
    chosen.value = twin;
  });
  say("wall.said.added", placeOf(chosen.value));
}

/** Sets arguments of a brick; changes of one argument in a row are one step of undo. */
export function set(id: string, changes: Config): void {
  editWall(configure(project.value.wall, id, changes), `${Object.keys(changes).join()} of ${id}`);
}

export function setFrozen(id: string, frozen: boolean): void {
  editWall(freeze(project.value.wall, id, frozen));
  say(frozen ? "wall.said.frozen" : "wall.said.thawed", placeOf(id));
}

/** Changes the units of a Dense brick by a step. */
export function changeUnits(id: string, by: number): void {
  const place = placeOf(id);
  const field = BRICKS.Dense.fields.units;
  if (place?.brick.kind !== "Dense" || place.brick.fixed || field.type !== "integer") return;
  const units = Math.max(field.min, Math.min(field.max, place.outputs + by));
  if (units === place.outputs) return;
  set(id, { units });
  said.value = t("wall.said.units", { name: place.name, n: units });
}

/** Builds a wall of these bricks, with what the data needs on top. */
export function build(bricks: readonly Brick[]): void {
  batch(() => {
    editWall(repaired({ ...project.value.wall, bricks }));
    land(project.value.wall.bricks.map((brick) => brick.id));
    chosen.value = null;
  });
  said.value = t("wall.said.built", { n: stack.value.length });
}

/** Repairs a misfit, and chooses what changed by it. */
export function repair({ wall, key, values }: NonNullable<Misfit["repair"]>): void {
  const before = project.value.wall;
  batch(() => {
    editWall(wall);
    const known = new Set(before.bricks);
    const changed = project.value.wall.bricks.findLast((brick) => !known.has(brick));
    if (changed) land([changed.id]);
    choose(changed?.id ?? (wall.loss === before.loss ? "baseplate" : "figure"));
  });
  said.value = t("wall.said.repaired", { name: t(key, values) });
}

/** Returns the wall with every repair that its misfits offer. */
export function repaired(wall: Wall): Wall {
  let now = wall;
  for (let round = 0; round < 6; round++) {
    const next = misfits(now, prepared.value).find((problem) => problem.repair)?.repair;
    if (!next) break;
    now = next.wall;
  }
  return now;
}

function land(ids: readonly string[]): void {
  landed.value = ids;
  setTimeout(
    () => {
      if (landed.value === ids) landed.value = [];
    },
    LANDING + AFTER * ids.length,
  );
}

/** Chooses a brick, the baseplate or the figure; null: nothing. */
export function choose(id: string | null, open = false): void {
  batch(() => {
    if (id !== chosen.value) neuron.value = null;
    chosen.value = id;
    settingsOpen.value = open && id !== null && id !== "baseplate";
  });
}
