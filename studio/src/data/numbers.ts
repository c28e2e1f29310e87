/** Numbers as people write them in tables. */

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/; // 1,234,567.8
const UNIT = /^[$€£¥₩]\s?|\s?%$/g;
/** What stands for no value, in the words of JavaScript's regular expressions and of Python's. */
export const MISSING_PATTERN = "|#?n/?a|[+-]?nan|null|none|<na>|\\?|-";
const MISSING = new RegExp(`^(?:${MISSING_PATTERN})$`, "i");

/** Returns whether any reader of tables takes a cell for the same number. */
export function isPlain(cell: string, decimalComma: boolean): boolean {
  const number = decimalComma ? /^-?\d+(?:,\d+)?$/ : /^-?\d+(?:\.\d+)?$/;
  return number.test(cell) && cell.length <= 16; // longer ones may be no int64
}

/** Beyond this a float32 may overflow on the way. */
export const LARGEST = 1e30;

/** Returns whether a cell says that there is no value: empty, NA, NaN, null, ? ... */
export const isMissing = (cell: string) => MISSING.test(cell);

/**
 * Returns the number in a cell, or NaN. 1,234.5 has groups of three, $5 and 5% are 5; with a decimal
 * comma, point and comma change places.
 */
export function numberIn(cell: string, decimalComma: boolean): number {
  if (!decimalComma && PLAIN.test(cell)) return bounded(Number(cell));
  let text = cell.replace(UNIT, "").replace("\u2212", "-"); // the typographic minus
  if (decimalComma) text = text.replace(/[.,]/g, (mark) => (mark === "." ? "," : "."));
  if (PLAIN.test(text)) return bounded(Number(text));
  if (GROUPED.test(text)) return bounded(Number(text.replaceAll(",", "")));
  return Number.NaN;
}

/** Whether a column can hold a number: NaN is a missing one. */
export const isHeld = (value: number) => Number.isNaN(value) || Math.abs(value) <= LARGEST;

const bounded = (value: number) => (Math.abs(value) <= LARGEST ? value : Number.NaN);

/** Numbers that can be read in one way alone: no group of three follows the mark. */
const WITH_COMMA = /^[+-]?\d*,(?:\d{1,2}|\d{4,})$/;
const WITH_POINT = /^[+-]?\d*\.(?:\d{1,2}|\d{4,})$/;

/** Returns whether cells have a decimal comma. `commaSeparates`: cells are apart by commas. */
export function hasDecimalComma(cells: Iterable<string>, commaSeparates: boolean): boolean {
  let [commas, points, groups] = [0, 0, 0];
  for (const cell of cells) {
    if (WITH_COMMA.test(cell)) commas += 1;
    else if (WITH_POINT.test(cell)) points += 1;
    else if (/^[+-]?\d{1,3},\d{3}$/.test(cell)) groups += 1;
  }
  if (commas + points > 0) return commas > points;
  return groups > 0 && !commaSeparates;
}
