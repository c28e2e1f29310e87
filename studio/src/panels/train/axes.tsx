/** The frame of a plot: what its axes mean, with numbers in the units of the table. */
import type { ComponentChildren } from "preact";
import type { Range } from "./grid.ts";
import { ticksAcross, ticksOf } from "./ticks.ts";

export interface Axis extends Range {
  readonly title: string;
}

const MOST_TICKS = 5;

/** Draws the axes around `children`, which fill the plot; the numbers are for the eye, the plot has a label. */
export function Axes({
  across,
  up,
  children,
}: {
  across: Axis;
  up: Axis;
  children: ComponentChildren;
}) {
  const upTicks = ticksOf(up, MOST_TICKS);
  const widest = Math.max(1, ...upTicks.map(({ said }) => said.length));
  return (
    <div class="train-axes" style={{ "--widest": widest }}>
      <p class="up-title">↑ {up.title}</p>
      <div class="up" aria-hidden="true">
        {upTicks.map(({ said, share }) => (
          <span key={said} style={{ bottom: `${100 * share}%` }}>
            {said}
          </span>
        ))}
      </div>
      <div class="train-plane">{children}</div>
      <div class="across" aria-hidden="true">
        {ticksAcross(across, MOST_TICKS).map(({ said, share }) => (
          <span key={said} style={{ left: `${100 * share}%` }}>
            {said}
          </span>
        ))}
      </div>
      <p class="across-title">{across.title} →</p>
    </div>
  );
}
