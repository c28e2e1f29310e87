/** Captions: text beside bricks, measured first and then placed without overlap. */
import type { LayerLevel } from "./choice.ts";
import { kindAndNote, type Layer } from "./network.ts";
import { facts } from "./parts.ts";
import { type Bounds, line, type Shape, type Text, text } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { shortened, textWidth } from "./text.ts";
import { range } from "./words.ts";

const { text: TEXT, leading: LEADING, beside: BESIDE } = SPECIFICATION.pixels;
const APART = 8; // px between two captions

/** Lines of text for a layer: its name in bold, then its class and counts. */
export interface Caption {
  readonly lines: readonly string[];
  readonly y: number; // centre of its layer
  readonly width: number;
  readonly height: number;
}

/** Returns the caption of a layer, with further lines. */
export function caption(
  layer: Layer,
  level: LayerLevel,
  y: number,
  further: readonly string[] = [],
): Caption {
  const kind = kindAndNote(layer);
  const [counts, ...others] = facts(layer);
  const second =
    level === "plate"
      ? `${kind} · ${layer.activation === "linear" ? counts : range(layer.activation)}`
      : `${kind} ${counts}`;
  const name = shortened(layer.name, TEXT, true);
  const lines = [
    name,
    ...[second, ...others, ...further].map((one) => shortened(one, TEXT, false)),
  ];
  const width = Math.max(...lines.map((one, k) => textWidth(one, TEXT, k === 0)));
  return { lines, y, width, height: LEADING * lines.length };
}

function texts(c: Caption, x: number, top: number): Text[] {
  return c.lines.map((content, k) =>
    text(x, top + LEADING * (k + 0.75), content, TEXT, k ? "soft" : "", "start", k === 0),
  );
}

/**
 * Places captions to the right of their layers, from the lowest, as close as the others allow.
 * `taken` are bounds that they must not overlap, `edges` the x of each brick's edge.
 */
export function placeBeside(
  captions: readonly Caption[],
  taken: readonly Bounds[],
  edges: readonly number[],
): Shape[] {
  const full = [...taken];
  const shapes: Shape[] = [];
  const tops = spread(captions);
  captions.forEach((c, k) => {
    const edge = edges[k];
    const [x, top] = nearest(c, tops[k], edge + BESIDE, full);
    const y = top + c.height / 2;
    if (Math.abs(y - c.y) > 2 * LEADING || x > edge + BESIDE + 1)
      shapes.push(
        line(
          [
            [
              [edge + 3, c.y],
              [x - 10, y],
              [x - 4, y],
            ],
          ],
          "leader",
        ),
      );
    shapes.push(...texts(c, x, top));
    full.push([x, top - 4, x + c.width, top + c.height + 4]);
  });
  return shapes;
}

/** Returns x and top of the closest free position for a caption. */
function nearest(
  c: Caption,
  preferred: number,
  x: number,
  taken: readonly Bounds[],
): [number, number] {
  let best: [cost: number, x: number, top: number] | null = null;
  for (let step = -6; step <= 6; step++) {
    const top = preferred + (step * LEADING) / 2;
    const right = Math.max(
      x,
      ...taken.filter((b) => b[1] < top + c.height && top < b[3]).map((b) => b[2] + BESIDE),
    );
    const place: [number, number, number] = [
      right - x + 0.7 * Math.abs(step) * LEADING,
      right,
      top,
    ];
    if (!best || less(place, best)) best = place;
  }
  const [, at, top] = best as [number, number, number];
  return [at, top];
}

function less(a: readonly number[], b: readonly number[]): boolean {
  const k = a.findIndex((value, i) => value !== b[i]);
  return k >= 0 && a[k] < b[k];
}

/** Returns the top of each caption, spread so that they do not overlap. */
function spread(captions: readonly Caption[]): number[] {
  const tops = captions.map((c) => c.y - c.height / 2);
  for (let k = 1; k < tops.length; k++)
    tops[k] = Math.min(tops[k], tops[k - 1] - captions[k].height - APART);
  // Shifted back by the mean displacement, which keeps the column centred.
  const drift = captions.reduce((sum, c, k) => sum + (c.y - c.height / 2 - tops[k]), 0);
  return tops.map((top) => top + drift / tops.length);
}

/** Lists captions below a picture, the top layer first, wrapped to its width. */
export function listBelow(
  captions: readonly Caption[],
  left: number,
  top: number,
  width: number,
): Text[] {
  const shapes: Text[] = [];
  let y = top;
  for (const {
    lines: [name, ...rest],
  } of [...captions].reverse()) {
    shapes.push(text(left, y, name, TEXT, "", "start", true));
    const start = left + textWidth(name, TEXT, true) + 12;
    let x = start;
    let content = "";
    for (const fact of rest) {
      const longer = content ? `${content} · ${fact}` : fact;
      if (content && x + textWidth(longer, TEXT) > left + width) {
        shapes.push(text(x, y, content, TEXT, "soft"));
        x = Math.min(start, left + 24);
        y += LEADING;
        content = fact;
      } else content = longer;
    }
    shapes.push(text(x, y, content, TEXT, "soft"));
    y += LEADING + 3;
  }
  return shapes;
}
