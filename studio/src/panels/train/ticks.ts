/** The round numbers along an axis. */

import { amount } from "../../data/amount.ts";
import type { Scale } from "../../data/table.ts";
import { unscaled } from "../../data/units.ts";
import type { Range } from "./grid.ts";

export interface Tick {
  readonly said: string;
  /** Where it is, from 0 to 1. */
  readonly share: number;
}

/** Returns a range in the units of the table. */
export const inUnits = ({ low, high }: Range, scale: Scale): Range => ({
  low: unscaled(low, scale),
  high: unscaled(high, scale),
});

/** At the very ends there is no room for a number. */
const EDGE = 0.03;

/** Returns some round numbers of a range, 1, 2 or 5 times a power of ten apart: at most so many, but two. */
export function ticksOf({ low, high }: Range, most: number): Tick[] {
  const length = high - low;
  if (!(length > 0) || !Number.isFinite(length)) return [];
  const rough = length / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((n) => n * power >= rough * 0.999) as number) * power;
  const ticks: Tick[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) {
    const share = (n * step - low) / length;
    if (share >= EDGE && share <= 1 - EDGE)
      ticks.push({ said: amount(n * step, 100 * step), share });
  }
  return ticks.length < 2 ? ticksOf({ low, high }, 2 * most) : ticks;
}

/** Letters that have room along the axis across, on the narrowest panel. */
const ROOM = 36;

/** Returns the ticks of an axis across: fewer where their numbers are long. */
export function ticksAcross(range: Range, most: number): Tick[] {
  let ticks = ticksOf(range, most);
  const length = () => ticks.reduce((sum, { said }) => sum + said.length + 1, 0);
  while (ticks.length > 2 && length() > ROOM) ticks = ticks.filter((_, nth) => nth % 2 === 0);
  return ticks;
}
