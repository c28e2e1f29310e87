/**
 * What a slow training does within a step, as light: rows go up through the bricks, one after the
 * other, and at the end the gradient comes down. Style sheets move it alone; nothing is laid out anew.
 */
import type { Bounds } from "../../drawing/shapes.ts";
import type { Standing } from "../../drawing/standing.ts";
import { pace, snapshot, status } from "../../state/store.ts";
import { rowsOfStep } from "../train/rowclock.tsx";
import { drag } from "./state.ts";

const SLOW = 30; // rows a second: faster ones can't be followed
const BEAT = 1; // seconds that one way through the wall takes, about
const SHORTEST = 0.3; // seconds of a step: shorter ones would flicker

export interface Beats {
  readonly ways: number; // up through the wall within a step; after the last one comes the way down
  readonly seconds: number; // of each
}

/** Returns how a step of some rows is shown at a number of rows a second; null: it is not. */
export function beatsOf(rows: number, rowsPerSecond: number | null): Beats | null {
  if (rowsPerSecond === null || rowsPerSecond > SLOW) return null;
  const step = rows / rowsPerSecond;
  if (step < SHORTEST) return null;
  const ways = Math.max(1, Math.min(rows, Math.round(step / BEAT)));
  return { ways, seconds: step / ways };
}

/** `figure`: its bounds; it is the last to hear of the rows, and the first to say what is wrong. */
export function Pass({ stands, figure }: { stands: Standing; figure: Bounds }) {
  const now = snapshot.value;
  if (!now || status.value !== "running" || drag.value) return null;
  const beats = beatsOf(rowsOfStep(now), pace.value);
  if (!beats) return null;
  const lit: readonly Bounds[] = [
    stands.baseBounds,
    ...stands.layers.map(({ drawn, y }): Bounds => [drawn.left, y + drawn.top, drawn.right, y]),
    figure,
  ];
  const [x, y] = stands.bounds;
  return (
    <div
      key={`${now.step} ${beats.seconds}`}
      class="wall-pass"
      aria-hidden="true"
      style={{ "--ways": beats.ways, "--beat": `${beats.seconds}s`, "--all": lit.length }}
    >
      {lit.map(([left, top, right, bottom], nth) => (
        <i
          key={nth}
          style={{
            "--nth": nth,
            left: `${left - x}px`,
            top: `${top - y}px`,
            width: `${right - left}px`,
            height: `${bottom - top}px`,
          }}
        />
      ))}
    </div>
  );
}
