/** How large the wall is on its stage, and where it stands. */
import type { Bounds } from "../../drawing/shapes.ts";

/** A projector's stage shows it larger, so that the last row of a classroom reads it. */
const LARGEST = 1.8;
/** The stage, in pixels, above which it grows: on a smaller one it has its own size. */
const PLAIN = { width: 640, height: 640 };
/** So that a wall is seen as a whole it shrinks to this; texts stay at 10 pixels. */
const SMALLEST = 0.85;

export interface Placing {
  readonly scale: number;
  readonly left: number; // px from the stage's edge
}

/** Returns the scale at which bounds fit, and where they begin so that x = 0 is in the middle if there is room. */
export function placed(
  [left, top, right, bottom]: Bounds,
  stage: { readonly width: number; readonly height: number },
  kept: number | null = null,
): Placing {
  const room = Math.min(stage.width / (right - left), stage.height / (bottom - top));
  const most = Math.min(stage.width / PLAIN.width, stage.height / PLAIN.height, LARGEST);
  const scale = kept ?? Math.max(SMALLEST, Math.min(room, Math.max(1, most)));
  const spare = stage.width - scale * (right - left);
  return { scale, left: Math.max(0, Math.min(spare, stage.width / 2 + scale * left)) };
}
