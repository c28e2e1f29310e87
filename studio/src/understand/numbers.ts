/** Numbers as formulas show them. */
import { infinite, signed } from "../data/amount.ts";

/** A formula in letters, and with numbers in their place. */
export interface Formula {
  readonly symbols: string;
  readonly numbers: string;
}

/** Returns a number to three significant digits, with a typographic minus. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return infinite(value);
  const size = Math.abs(Number(value.toPrecision(3)));
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return signed(value.toExponential(1));
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
