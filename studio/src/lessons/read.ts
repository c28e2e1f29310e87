/** A lesson from JSON of unknown origin, as a link or a project file holds it, and back. */
import { configOf, dataOf, kindOf, wallOf } from "../files/check.ts";
import type { Json } from "../files/json.ts";
import { plainData, plainWall } from "../files/plain.ts";
import { Part, type Read, reading } from "../files/untrusted.ts";
import { LANGUAGES } from "../words/words.ts";
import { CHECKS, type Check, DETAILS } from "./checks.ts";
import { type Lesson, PARTS, type Said, type Step, WATCHED } from "./lesson.ts";

export const LIMITS = { id: 40, title: 80, steps: 12, text: 700, hint: 400, checks: 8 } as const;

/** Returns the lesson, or why it is none. */
export const readLesson = (value: unknown): Read<Lesson> =>
  reading((notes) => lessonOf(new Part(value, "lesson", notes)));

function lessonOf(part: Part): Lesson {
  part.knows("id", "title", "steps", "start");
  const steps = part.at("steps");
  const found = steps.list(LIMITS.steps);
  if (found.length === 0) steps.refuse("lesson.expected.steps", { most: LIMITS.steps });
  const start = part.at("start");
  start.knows("wall", "data", "detail");
  return {
    id: part.at("id").text(LIMITS.id),
    title: saidOf(part.at("title"), LIMITS.title),
    steps: found.map(stepOf),
    start: {
      wall: wallOf(start.at("wall")),
      data: dataOf(start.at("data")),
      detail: start.at("detail").choice(DETAILS),
    },
  };
}

function stepOf(part: Part): Step {
  part.knows("text", "hint", "checks", "watch", "part", "slow");
  const hint = part.maybe("hint");
  const watch = part.maybe("watch")?.choice(WATCHED);
  const shown = part.maybe("part")?.choice(PARTS);
  const slow = part.maybe("slow")?.boolean();
  return {
    text: saidOf(part.at("text"), LIMITS.text),
    ...(hint && { hint: saidOf(hint, LIMITS.hint) }),
    checks: part.at("checks").list(LIMITS.checks).map(checkOf),
    ...(watch && { watch }),
    ...(shown && { part: shown }),
    ...(slow && { slow }),
  };
}

function checkOf(part: Part): Check {
  part.knows("kind", "config");
  const { fields } = kindOf(part.at("kind"), CHECKS);
  return { kind: part.at("kind").text(), config: configOf(part.at("config"), fields) };
}

function saidOf(part: Part, most: number): Said {
  part.knows(...LANGUAGES);
  const texts = LANGUAGES.flatMap((language) => {
    const text = part.maybe(language)?.text(most);
    return text ? [[language, text] as const] : [];
  });
  if (texts.length === 0) part.refuse("lesson.expected.text", { most });
  return Object.fromEntries(texts);
}

/** Returns the JSON of a lesson. */
export function plainLesson({ id, title, steps, start }: Lesson): Json {
  return {
    id,
    title,
    steps: steps.map(({ text, hint, checks, watch, part, slow }) => ({
      text,
      ...(hint && { hint }),
      checks: checks.map(({ kind, config }) => ({ kind, config })),
      ...(watch && { watch }),
      ...(part && { part }),
      ...(slow && { slow }),
    })),
    start: { wall: plainWall(start.wall), data: plainData(start.data), detail: start.detail },
  };
}
