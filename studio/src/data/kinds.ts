/** What a column holds, and with it what it is good for. */
import type { Column } from "./table.ts";

export type Kind = "number" | "category" | "date" | "id" | "constant" | "empty";

export interface Profile {
  readonly kind: Kind;
  readonly missing: number;
  /** How often each value occurs, missing ones left out; of numbers as soon as there are few. */
  readonly counts: ReadonlyMap<string | number, number>;
}

/** Values of a numeric column that are counted: more are no classes. */
const MOST_COUNTED = 100;

const DATE =
  /^(?:\d{4}([-./])\s?\d{1,2}\1\s?\d{1,2}\.?|\d{1,2}([-./])\d{1,2}\2(?:\d{4}|\d{2})|\d{4}년 ?\d{1,2}월 ?\d{1,2}일)(?:[T ].*)?$|^\d{1,2}:\d{2}(?::\d{2})?$/;
const ROW_NUMBER = /^(?:#|.*id|index|no\.?|nr\.?|row|number|번호|순번|unnamed.*)$/i;
const MOSTLY = 0.9;

const profiles = new WeakMap<Column, Profile>();

/** Returns the profile of a column; a column never changes, so it is made once. */
export function profile(column: Column): Profile {
  const known = profiles.get(column);
  if (known) return known;
  const { name, values } = column;
  const made = values instanceof Float64Array ? ofNumbers(name, values) : ofTexts(values);
  profiles.set(column, made);
  return made;
}

export const isText = ({ values }: Column) => !(values instanceof Float64Array);

export const isEmpty = (column: Column) => profile(column).kind === "empty";

/** Whether a column can be an input or a target. */
export function usable(column: Column): boolean {
  const { kind } = profile(column);
  return kind === "number" || kind === "category";
}

function ofTexts(texts: readonly string[]): Profile {
  const counts = new Map<string, number>();
  let [missing, dates] = [0, 0];
  for (const text of texts) {
    if (text === "") missing += 1;
    else {
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (DATE.test(text)) dates += 1;
    }
  }
  return { kind: kindOfTexts(texts.length - missing, counts.size, dates), missing, counts };
}

function kindOfTexts(present: number, distinct: number, dates: number): Kind {
  if (present === 0) return "empty";
  if (distinct === 1) return "constant";
  if (dates >= MOSTLY * present) return "date";
  // Names, remarks, numbers of tickets: what nearly every row has for itself teaches nothing.
  const own = distinct === present ? present > 3 : distinct > 20 && distinct > present / 2;
  return own ? "id" : "category";
}

function ofNumbers(name: string, numbers: Float64Array): Profile {
  const counts = new Map<number, number>();
  let missing = 0;
  for (const value of numbers) {
    if (Number.isNaN(value)) missing += 1;
    else if (counts.size <= MOST_COUNTED) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const counting = numbers.every((value, row) => value === numbers[0] + row);
  const number = counting && ROW_NUMBER.test(name) && numbers.length > 3 ? "id" : "number";
  const kind = missing === numbers.length ? "empty" : counts.size === 1 ? "constant" : number;
  return { kind, missing, counts };
}
