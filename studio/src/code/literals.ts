/** Python's literals: numbers and strings. */
import { number, string, UNKNOWN, type Value } from "./values.ts";

/** Returns the value of a number as Python writes it: 8, 1_000, 0x10, 1e-3; others (1j) are unknown. */
export function parseNumber(text: string): Value {
  const plain = text.replace(/(?<=[\da-f])_(?=[\da-f])/gi, "").toLowerCase();
  if (/^(0x[\da-f]+|0o[0-7]+|0b[01]+|0+|[1-9]\d*)$/.test(plain)) return number(Number(plain), true);
  if (/^(\d+\.\d*|\.\d+|\d+(?=e))(e[+-]?\d+)?$/.test(plain)) return number(Number(plain), false);
  return UNKNOWN;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "0": "\0",
  "\n": "",
};

const STRING = /^([a-z]*)("""|'''|"|')(.*)$/is;

/** Returns the value of a string literal, or null where its closing quote is missing. */
export function parseString(text: string): Value | null {
  const [, prefix, quote, rest] = text.match(STRING) ?? [];
  if (quote === undefined || !rest.endsWith(quote)) return null;
  const body = rest.slice(0, -quote.length);
  if (/[bf]/i.test(prefix)) return UNKNOWN;
  if (/r/i.test(prefix)) return string(body);
  const unescaped = body.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|(.))/gis,
    (whole, short?: string, long?: string, letter?: string) => {
      const code = short ?? long;
      if (code) return String.fromCharCode(Number.parseInt(code, 16));
      return ESCAPES[letter as string] ?? (/["'\\]/.test(letter as string) ? letter : whole);
    },
  );
  return string(unescaped);
}
