/** Numbers as formulas show them. */
import { infinite, signed } from "../data/amount.ts";

/** A formula in letters, and with numbers in their place. */
export interface Formula {
  readonly symbols: string;
  readonly numbers: string;
}

const MOST_DIGITS = 7; // of a float32

/** Returns how many digits tell a probability from 1, as in −ln(0.99999); 0: three tell it, or none do. */
function digitsBelowOne(value: number): number {
  const below = 1 - Math.abs(value);
  const digits = below > 0 && below < 0.005 ? Math.ceil(-Math.log10(below) - 1e-6) : 0;
  return digits <= MOST_DIGITS ? digits : 0;
}

/** Returns a number to three significant digits, with a typographic minus; just below 1, to more. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return infinite(value);
  const size = Math.abs(Number(value.toPrecision(3)));
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return signed(value.toExponential(1));
  const near = size === 1 ? digitsBelowOne(value) : 0;
  if (near) return signed(value.toFixed(near));
  if (Number.isInteger(value) || size >= 1000) return signed(value.toFixed(0));
  return signed(value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size)))));
}

/** Returns a number as a factor: in brackets if it is negative. */
export const bracketed = (value: number) => (value < 0 ? `(${short(value)})` : short(value));

/** Returns numbers as a sum: "0.52 − 0.31 + 0.10". */
export function sumOf(values: readonly number[]): string {
  return values
    .map((value, i) => (i ? ` ${value < 0 ? "−" : "+"} ${short(Math.abs(value))}` : short(value)))
    .join("");
}
