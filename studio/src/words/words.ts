/**
 * What the page says, in English and Korean. Each area has a file `<area>.ts` beside this one, which
 * exports both languages; a test holds that they have the same keys and the same {places}.
 */
import { signal } from "@preact/signals";
import { bricks } from "./bricks.ts";
import { code } from "./code.ts";
import { data } from "./data.ts";
import { engine } from "./engine.ts";
import { files } from "./files.ts";
import { frame } from "./frame.ts";
import { instructions } from "./instructions.ts";
import { lessons } from "./lessons.ts";
import { withParticles } from "./particles.ts";
import { remote } from "./remote.ts";
import { take } from "./take.ts";
import { terms } from "./terms.ts";
import { understand } from "./understand.ts";
import { wall } from "./wall.ts";

export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Words = Readonly<Record<string, string>>;
export type Area = Readonly<Record<Language, Words>>;

export const AREAS: readonly Area[] = [
  wall,
  bricks,
  terms,
  frame,
  instructions,
  take,
  engine,
  files,
  code,
  data,
  lessons,
  understand,
  remote,
];

const all = Object.fromEntries(
  LANGUAGES.map((language) => [
    language,
    Object.assign({}, ...AREAS.map((area) => area[language])),
  ]),
) as Record<Language, Words>;

export const language = signal<Language>("en");

export type Filled = Readonly<Record<string, string | number>>;

/**
 * Returns the text of a key in the current language. `{name}` is filled in; `{n|row|rows}` is the
 * first word for 1, the second for all else. Component code calls it while it renders, so that a
 * change of the language renders anew.
 */
export function t(key: string, values: Filled = {}): string {
  const text = all[language.value][key] ?? all.en[key];
  if (text === undefined) return key;
  const filled = text.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g,
    (_, name: string, one?: string, many?: string) =>
      one === undefined ? shown(values[name]) : values[name] === 1 ? one : (many as string),
  );
  return language.value === "ko" ? withParticles(filled) : filled;
}

function shown(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
