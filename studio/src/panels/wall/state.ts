/** How one works on the wall: what is dragged, what is said aloud, whether the settings are open. */
import { signal } from "@preact/signals";
import type { Brick } from "../../wall/wall.ts";

/** Whether the settings of what is chosen are open. */
export const settingsOpen = signal(false);
/** Whether a key opened them: then the focus goes in. A click leaves it on the wall. */
export const openedByKey = signal(false);

/** What a screen reader says of the last edit. */
export const said = signal("");

/** Bricks that landed just now, for the short spring of their landing. */
export const landed = signal<readonly string[]>([]);

export interface Drag {
  readonly bricks: readonly Brick[];
  /** The brick of the wall that is moved; null if they come from the palette. */
  readonly from: string | null;
  /** Where it would land: the index of the lowest brick; null: nowhere. */
  readonly at: number | null;
  readonly overBin: boolean;
}

export const drag = signal<Drag | null>(null);
