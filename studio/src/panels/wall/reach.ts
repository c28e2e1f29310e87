/** How near the wall something is dropped. */
import type { Bounds } from "../../drawing/shapes.ts";
import type { Standing, StandingOptions } from "../../drawing/standing.ts";

export const NEAR = 120; // px from the wall's outline: what is dropped farther away is not meant for it

/** Returns the outline of the baseplate, the bricks and the figure, without what is written beside bricks. */
export function outlineOf(
  { layers, baseBounds, top }: Standing,
  figure: StandingOptions["figure"],
): Bounds {
  return [
    Math.min(figure.left, baseBounds[0], ...layers.map(({ drawn }) => drawn.left)),
    top - figure.height,
    Math.max(figure.right, baseBounds[2], ...layers.map(({ drawn }) => drawn.right)),
    baseBounds[3],
  ];
}

/** Returns how far a point is from what is within bounds; 0: it is within. */
export const distance = ([left, top, right, bottom]: Bounds, x: number, y: number): number =>
  Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
