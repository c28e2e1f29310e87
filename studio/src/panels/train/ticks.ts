/** The round numbers along an axis. */
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
    if (share >= EDGE && share <= 1 - EDGE) ticks.push({ said: said(n * step, step), share });
  }
  return ticks.length < 2 ? ticksOf({ low, high }, 2 * most) : ticks;
}

function said(value: number, step: number): string {
  const size = Math.abs(value);
  if (size >= 1e6)
    return minus(
      value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 4 }),
    );
  if (step < 1e-4) return minus(value.toPrecision(2));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return minus(value.toLocaleString("en-US", { maximumFractionDigits: digits }));
}

const minus = (text: string) => text.replace("-", "−").replace(/^−0$/, "0");
