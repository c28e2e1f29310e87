/** JSON from outside within limits, and JSON for Python, which tells 1 from 1.0. */
import type { Value } from "../wall/wall.ts";
import { Refusal } from "./untrusted.ts";

export interface Limits {
  /** The most values, and how deep they may be nested. */
  readonly values: number;
  readonly depth: number;
}

/**
 * Returns the value of JSON without duplicate keys. What would take memory or stack is refused
 * before it is parsed.
 */
export function parsed(text: string, what: string, limits: Limits): unknown {
  scan(text, what, limits);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("files.json", { what });
  }
}

/** Counts values and brackets, and compares keys; whether the text is JSON is for the parser. */
function scan(text: string, what: string, limits: Limits): void {
  const open: (Set<string> | null)[] = []; // the keys of each open object; null for a list
  let values = 1;
  let isKey = false; // whether a string that begins here is one
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (isKey) addKey(open.at(-1) as Set<string>, text.slice(at, end), what);
      isKey = false;
      at = end - 1;
    } else if (character === "{" || character === "[") {
      isKey = character === "{";
      open.push(isKey ? new Set() : null);
      values++;
      if (open.length > limits.depth) throw new Refusal("files.deep", { what, most: limits.depth });
    } else if (character === "}" || character === "]") {
      open.pop();
      isKey = false;
    } else if (character === ",") {
      isKey = Boolean(open.at(-1));
      values++;
    }
    if (values > limits.values) throw new Refusal("files.values", { what, most: limits.values });
  }
}

/** Returns the index behind the quote that ends a string. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function addKey(keys: Set<string>, quoted: string, what: string): void {
  let key = quoted.slice(1, -1);
  try {
    if (key.includes("\\")) key = JSON.parse(quoted);
  } catch {
    throw new Refusal("files.json", { what });
  }
  if (keys.has(key)) throw new Refusal("files.twice", { what, key: key.slice(0, 40) });
  keys.add(key);
}

/** A number that Python reads as a float, whole or not: Keras refuses a momentum of 0. */
export class Float {
  constructor(readonly value: number) {}
}

export const unwrapped = (value: Json) => (value instanceof Float ? value.value : value);

export type Json = Value | Float | readonly Json[] | { readonly [name: string]: Json };

/** Returns JSON without spaces. */
export function toJson(value: Json): string {
  if (value instanceof Float) {
    const text = JSON.stringify(value.value);
    return Number.isInteger(value.value) && !/[.e]/.test(text) ? `${text}.0` : text;
  }
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, part]) => `${JSON.stringify(name)}:${toJson(part)}`,
  );
  return `{${entries.join(",")}}`;
}
