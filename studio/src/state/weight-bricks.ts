/**
 * Weight bricks: trained walls that were put into the palette, to be built on. They are kept by the
 * browser where it allows that, else for this visit.
 */
import { computed, signal } from "@preact/signals";
import { wallOf } from "../files/check.ts";
import { parsed } from "../files/json.ts";
import { plainWall } from "../files/plain.ts";
import { Part, reading } from "../files/untrusted.ts";
import { places } from "../wall/shapes.ts";
import { type Brick, newId, type Wall } from "../wall/wall.ts";
import * as browser from "./kept.ts";

export interface WeightBrick {
  readonly id: string;
  readonly name: string;
  /** The wall that was trained; its bricks have their weights, and a fixed number of sockets. */
  readonly wall: Wall;
}

const KEY = "weight-bricks";
const MOST = 24;
const MOST_TEXT = 4_000_000; // browsers allow some five million characters
const JSON_LIMITS = { values: 100_000, depth: 24 };

export const weightBricks = signal<readonly WeightBrick[]>(load());
/** Whether the browser keeps them beyond this visit. */
export const areKept = signal(true);
export const isFull = computed(() => weightBricks.value.length >= MOST);

/**
 * Adds a wall whose bricks have weights (see `trained` in `session.ts`). They are frozen at first:
 * what was learnt is built on; it can be thawed in the settings.
 */
export function keep(name: string, wall: Wall): void {
  const stack = places(wall);
  const bricks = wall.bricks.map((brick, i): Brick => {
    if (!brick.weights?.length) return brick;
    const fixed = { inputs: stack[i].inputs, name: `${name} · ${stack[i].name}` };
    return { ...brick, fixed, trainable: false };
  });
  change([...weightBricks.value, { id: newId(), name, wall: { ...wall, bricks } }].slice(-MOST));
}

export function remove(id: string): void {
  change(weightBricks.value.filter((one) => one.id !== id));
}

/** Returns the bricks to put onto a wall, with ids of their own. */
export function bricksOf({ wall }: WeightBrick): Brick[] {
  return wall.bricks.map((brick) => ({ ...brick, id: newId() }));
}

function change(now: readonly WeightBrick[]): void {
  weightBricks.value = now;
  try {
    const text = JSON.stringify(now.map(({ name, wall }) => ({ name, wall: plainWall(wall) })));
    areKept.value = text.length <= MOST_TEXT && browser.keep(KEY, text);
  } catch {
    areKept.value = false; // more than one text can hold
  }
}

/** Reads what was kept. What is not as this page writes it, another program's say, is left out. */
function load(): WeightBrick[] {
  const text = browser.kept(KEY);
  if (!text || text.length > MOST_TEXT) return [];
  const found = reading((notes) =>
    new Part(parsed(text, KEY, JSON_LIMITS), KEY, notes).list(MOST).map(
      (part): WeightBrick => ({
        id: newId(),
        name: part.at("name").text(),
        wall: wallOf(part.at("wall")),
      }),
    ),
  );
  return "value" in found ? found.value : [];
}
