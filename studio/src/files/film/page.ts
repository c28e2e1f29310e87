/** A film as one self-contained page: slider, play and pause, speed, and the values of bricks. */
import { SPECIFICATION } from "../../drawing/specification.ts";
import { escaped } from "../../drawing/text.ts";
import templates from "../../generated/templates.json";
import { language, t } from "../../words/words.ts";
import { changes, element, type Film, FORM_RULES, LOSSES, nameOf } from "./film.ts";

/** Values for tooltips; larger films have none. */
const MOST_NUMBERS = 400_000;
const WORDS = ["epoch", "loss", "play", "pause", "speed", "help"] as const;
const COLOURS = { PAPER: "paper", INK: "ink", SOFT: "soft", LINE: "line3" } as const;

/**
 * Returns the page; `theme` is that of the pictures: auto, light or dark. `inputs` are the names of
 * what the picture calls x0, x1 ...
 */
export function filmPage(film: Film, theme: string, inputs: readonly string[] = []): string {
  const picture = film
    .picture((slot) => element(slot, slot.classes[film.length - 1]))
    .replace(/<\/svg>\s*$/, `<style>${FORM_RULES}</style></svg>`);
  const unshown = inputs.some((name) => !picture.includes(`>${escaped(name)}</text>`));
  const { light, dark } = SPECIFICATION.colours;
  const fields: Record<string, string> = {
    LANG: language.value,
    THEME: theme,
    TITLE: /<title>(.*?)<\/title>/.exec(picture)?.[1] ?? "",
    SVG: picture,
    FONT: SPECIFICATION.font,
    DATA: JSON.stringify({ ...dataOf(film), inputs: unshown ? inputs : [] }).replace(
      /[<\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  };
  for (const [name, colour] of Object.entries(COLOURS)) {
    fields[`LIGHT_${name}`] = light[colour];
    fields[`DARK_${name}`] = dark[colour];
  }
  return templates.film.replace(/\{\{(\w+)\}\}/g, (_, name) => fields[name]);
}

/** Returns what the page's script reads. */
function dataOf(film: Film): object {
  const classes = new Map<string, number>();
  const indexOf = (css: string) => {
    if (!classes.has(css)) classes.set(css, classes.size);
    return classes.get(css) as number;
  };
  const looks = film.slots.map((slot) => changes(slot).flatMap(([at, css]) => [at, indexOf(css)]));
  const titled =
    film.slots.some((slot) => slot.title) && film.slots.length * film.length <= MOST_NUMBERS;
  const logs = logsOf(film);
  return {
    fps: film.rate,
    of: film.epochs,
    epochs: film.moments.map(({ epoch }) => epoch),
    logs,
    names: Object.fromEntries(Object.keys(logs).map((log) => [log, nameOf(log)])),
    looks,
    classes: [...classes.keys()],
    words: Object.fromEntries(WORDS.map((word) => [word, t(`film.player.${word}`)])),
    ...(titled ? valuesOf(film) : {}),
  };
}

/** The losses come before the metrics. */
const rank = (log: string) => (LOSSES as readonly string[]).indexOf(log) >>> 0;

/** Returns each loss and metric at each picture; null if there is none yet. */
function logsOf({ moments }: Film): Record<string, (number | null)[]> {
  const names = [...new Set(moments.flatMap(({ logs }) => Object.keys(logs)))].sort(
    (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const short = (value: number | undefined) =>
    Number.isFinite(value) ? Number((value as number).toPrecision(4)) : null;
  return Object.fromEntries(
    names.map((name) => [name, moments.map(({ logs }) => short(logs[name]))]),
  );
}

/**
 * Returns the values of all bricks at all pictures, as differences from the picture before: integers
 * in a unit for which the largest value has four digits.
 */
function valuesOf({ slots }: Film): { scale: number; values: (number | null)[][] } {
  let largest = 0;
  for (const { values } of slots)
    for (const value of values)
      if (Math.abs(value) > largest && Number.isFinite(value)) largest = Math.abs(value);
  const scale = 10 ** (3 - Math.floor(Math.log10(largest || 1)));
  return {
    scale,
    values: slots.map(({ values }) => {
      let before = 0;
      return values.map((value) => {
        if (!Number.isFinite(value)) return null;
        const whole = Math.round(value * scale);
        const step = whole - before;
        before = whole;
        return step;
      });
    }),
  };
}
