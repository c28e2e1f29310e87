/** What stands below a picture of a film: where the training is, and the curve of its loss. */

import { escaped, textWidth } from "../../drawing/text.ts";
import { t } from "../../words/words.ts";
import { type Film, still } from "./film.ts";

/** The gap above the curve, which holds the text; the curve's size; the margin around. */
export const GAP = 26;
export const WIDE = 220;
export const HIGH = 36;
export const LETTERS = 12;
const MARGIN = 16;

/** The middle of the lower edge of a picture. */
export interface Foot {
  readonly x: number;
  readonly y: number;
}

/** Returns the text below each picture. */
export function captions({ moments, epochs }: Film): string[] {
  return moments.map(({ epoch, logs }) =>
    Number.isFinite(logs.loss)
      ? t("film.loss", { epoch, epochs, loss: logs.loss })
      : t("film.epoch", { epoch, epochs }),
  );
}

/** Returns a picture of the film on a larger canvas, with what `draw` puts below it. */
export function extended(film: Film, picture: string, draw: (foot: Foot) => string): string {
  const tag = /<svg[^>]*>/.exec(picture)?.[0] ?? "";
  const view = /viewBox="([^"]*)"/.exec(tag)?.[1] ?? "";
  const [left, top, width, height] = view.split(" ").map(Number);
  const widest = Math.max(WIDE, ...captions(film).map((text) => textWidth(text, LETTERS)));
  const wide = Math.max(width, Math.ceil(widest) + 2 * MARGIN);
  const high = height + GAP + HIGH + MARGIN;
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

/** Returns the curve of the losses up to a picture, the lowest at the bottom. */
export function curve({ losses }: Film, { x, y }: Foot, until = losses.length - 1): string {
  if (until < 1) return "";
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const points = losses.slice(0, until + 1).map((loss, k) => {
    const across = x - WIDE / 2 + (WIDE * k) / (losses.length - 1);
    const down = y + GAP + (HIGH * (high - loss)) / (high - low || 1);
    return `${across.toFixed(1)} ${down.toFixed(1)}`;
  });
  return `<path class="curve" d="M${points[0]}L${points.slice(1).join(" ")}"/>`;
}

/** Returns one picture of the film, with what stands below it. */
export function pictureAt(film: Film, at: number): string {
  const picture = film.picture((slot) => still(slot, at));
  const text = captions(film)[at];
  return extended(film, picture, (foot) => captionAt(text, foot) + curve(film, foot, at));
}
