/** What stands below a picture of a film: where the training is, and the curves of its losses. */

import { escaped, textWidth } from "../../drawing/text.ts";
import { t } from "../../words/words.ts";
import { type Film, LOSSES, type Loss, nameOf, still } from "./film.ts";

/** The gap above the curves, which holds the text; their size; the line that names them; the margin around. */
export const GAP = 26;
export const WIDE = 220;
export const HIGH = 36;
export const LETTERS = 12;
const KEY = 20;
const MARGIN = 12;

/** The middle of the lower edge of a picture. */
export interface Foot {
  readonly x: number;
  readonly y: number;
}

/** Writes a number with four digits at most. */
export const short = (value: number) => Number(value.toPrecision(4)).toString();

/** Returns the text below each picture. */
export function captions({ moments, epochs }: Film): string[] {
  return moments.map(({ epoch, logs }) =>
    [
      t("film.epoch", { epoch, epochs }),
      ...LOSSES.filter((name) => Number.isFinite(logs[name])).map(
        (name) => `${nameOf(name)} ${short(logs[name])}`,
      ),
    ].join(" · "),
  );
}

/** Returns a picture of the film on a larger canvas, with what `draw` puts below it. */
export function extended(film: Film, picture: string, draw: (foot: Foot) => string): string {
  const tag = /<svg[^>]*>/.exec(picture)?.[0] ?? "";
  const view = /viewBox="([^"]*)"/.exec(tag)?.[1] ?? "";
  const [left, top, width, height] = view.split(" ").map(Number);
  const widest = Math.max(WIDE, ...captions(film).map((text) => textWidth(text, LETTERS)));
  const wide = Math.max(width, Math.ceil(widest) + 2 * MARGIN);
  const high = height + GAP + HIGH + KEY + MARGIN;
  const from = left - (wide - width) / 2;
  const canvas = tag
    .replace(/ width="[^"]*"/, ` width="${wide}"`)
    .replace(/ height="[^"]*"/, ` height="${high}"`)
    .replace(view, `${from} ${top} ${wide} ${high}`);
  const paper = /(<rect class="paper"[^>]*?) x="[^"]*" y="[^"]*" width="[^"]*" height="[^"]*"/;
  const foot = { x: from + wide / 2, y: top + height };
  const line = `<path class="leader" d="M${foot.x - WIDE / 2} ${foot.y + GAP + HIGH}h${WIDE}"/>`;
  return picture
    .replace(tag, () => canvas)
    .replace(paper, `$1 x="${from}" y="${top}" width="${wide}" height="${high}"`)
    .replace(/<\/svg>\s*$/, () => `${line}${draw(foot)}</svg>\n`);
}

export const captionAt = (text: string, { x, y }: Foot) =>
  `<text class="soft" x="${x}" y="${y + LETTERS}" font-size="${LETTERS}" text-anchor="middle">${escaped(text)}</text>`;

const DASHES: Readonly<Record<Loss, string>> = { loss: "", val_loss: ' stroke-dasharray="5 3"' };

/** Returns the curves of the losses up to a picture, the lowest at the bottom, and their names. */
export function curves(film: Film, foot: Foot, until = film.length - 1): string {
  const drawn = LOSSES.map((name) => ({ name, losses: film.losses(name) })).filter(
    ({ losses }) => losses.length > 1,
  );
  const all = drawn.flatMap(({ losses }) => losses);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const { x, y } = foot;
  const lines = drawn.map(({ name, losses }) => {
    const points = losses.slice(0, until + 1).map((loss, k) => {
      const across = x - WIDE / 2 + (WIDE * k) / (losses.length - 1);
      const down = y + GAP + (HIGH * (high - loss)) / (high - low || 1);
      return `${across.toFixed(1)} ${down.toFixed(1)}`;
    });
    return until < 1
      ? ""
      : `<path class="curve"${DASHES[name]} d="M${points[0]}L${points.slice(1).join(" ")}"/>`;
  });
  return (
    lines.join("") +
    key(
      drawn.map(({ name }) => name),
      foot,
    )
  );
}

/** Returns the names of the curves, each behind a piece of its line. */
function key(names: readonly Loss[], { x, y }: Foot): string {
  const [line, gap, small] = [22, 14, LETTERS - 1];
  const texts = names.map(nameOf);
  const widths = texts.map((text) => line + 5 + textWidth(text, small));
  let left = x - (widths.reduce((a, b) => a + b, 0) + gap * (names.length - 1)) / 2;
  const middle = y + GAP + HIGH + KEY - 6;
  return names
    .map((name, k) => {
      const at = left;
      left += widths[k] + gap;
      return (
        `<path class="curve"${DASHES[name]} d="M${at.toFixed(1)} ${middle}h${line}"/>` +
        `<text class="soft" x="${(at + line + 5).toFixed(1)}" y="${middle + 4}" font-size="${small}">${escaped(texts[k])}</text>`
      );
    })
    .join("");
}

/** Returns one picture of the film, with what stands below it. */
export function pictureAt(film: Film, at: number): string {
  const picture = film.picture((slot) => still(slot, at));
  const text = captions(film)[at];
  return extended(film, picture, (foot) => captionAt(text, foot) + curves(film, foot, at));
}
