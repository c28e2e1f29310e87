/** Numbers in the units of a table, as all panels show them. */

const [TINY, HUGE] = [1e-4, 1e15];

/**
 * Returns a number with its thousands apart, to a hundredth of `spread` or a little finer: with the
 * standard deviation of a column, two of its numbers and their difference agree. Without one, to three
 * digits, and whole from 100 on. Numbers of four digits may be years, and stay together.
 */
export function amount(value: number, spread = 0): string {
  if (!Number.isFinite(value)) return infinite(value);
  const size = Math.abs(value);
  const unit = spread || size;
  if (size >= HUGE || (size > 0 && size < TINY && unit < TINY)) return scientific(value, 3);
  const finest = unit > 0 ? 2 - Math.floor(Math.log10(unit) + 1e-9) : 0;
  const maximumFractionDigits = Math.max(0, Math.min(20, finest)); // what every browser takes
  return signed(value.toLocaleString("en-US", { maximumFractionDigits, useGrouping: "min2" }));
}

/** Returns a difference, with its sign. */
export function difference(value: number, spread?: number): string {
  const said = amount(value, spread);
  return value > 0 && said !== "0" ? `+${said}` : said;
}

/** Returns a measure as it is logged, to so many digits: a loss, or an error before it is in units. */
export function measure(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return infinite(value);
  if (Math.abs(value) >= HUGE) return scientific(value, digits);
  return signed(value.toLocaleString("en-US", { maximumSignificantDigits: digits }));
}

/** Returns a share in percent, to a tenth. */
export const percent = (share: number) => (100 * share).toFixed(1);

/** Returns what is said in place of NaN and infinite numbers. */
export const infinite = (value: number) => (Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞");

const scientific = (value: number, digits: number) =>
  signed(Number(value.toPrecision(digits)).toExponential());

/** Returns a number's text with a typographic minus. */
export const signed = (text: string) =>
  text.replace("e+", "e").replaceAll("-", "−").replace(/^−0$/, "0");
