/**
 * The figure on top of the wall: `compile` assembles it. Its legs are the optimizer, which takes the
 * steps; its torso is the loss, which falls; its head is what watches: the metrics.
 */

import { SPECIFICATION } from "../../drawing/specification.ts";
import { shortened, textWidth } from "../../drawing/text.ts";
import type { Mood } from "../../state/verdict.ts";
import { complete, OPTIMIZERS } from "../../wall/catalogue.ts";
import type { Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";

const BESIDE = 44; // from its middle to what is written beside it
/** On a stage narrower than this it is smaller, so that the wall has room. */
const NARROW = 430;
const SMALLER = 0.76;
const TALL = 118;
/** While it does not fit, its parts hover this far above one another. */
const APART = 9;

export interface FigureLabel {
  readonly part: "head" | "torso" | "legs";
  readonly name: string;
  readonly value: string;
  readonly y: number;
}

export interface FigurePlan {
  readonly scale: number;
  readonly labels: readonly FigureLabel[];
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** Returns what is written beside the figure, and its size, on a stage of this width. */
export function planFigure(wall: Wall, width: number): FigurePlan {
  const scale = width < NARROW ? SMALLER : 1;
  const beside = BESIDE * scale;
  const room = width / 2 - 12;
  const { optimizer } = wall;
  const rate = complete(OPTIMIZERS[optimizer.kind].fields, optimizer.config).learning_rate;
  const values = {
    head: wall.metrics.join(", ") || t("wall.figure.none"),
    torso: wall.loss,
    legs: `${optimizer.kind} ${Number(rate)}`,
  };
  const parts = ["head", "torso", "legs"] as const;
  const wide = (part: (typeof parts)[number]) =>
    textWidth(`${t(`wall.figure.${part}`)} `, 11) + textWidth(values[part], 12, true);
  // Where there is little room, the values alone.
  const named = parts.every((part) => wide(part) <= room - beside - 8);
  const labels = parts.map((part, k) => {
    const name = named ? t(`wall.figure.${part}`) : "";
    const space = Math.max(40, room - beside - (named ? textWidth(`${name} `, 11) : 0) - 8);
    return {
      part,
      name,
      value: shortened(values[part], SPECIFICATION.pixels.text, true, space),
      y: [-100, -68, -24][k] * scale,
    };
  });
  const widest = Math.max(
    ...labels.map(({ name, value }) => textWidth(`${name} `, 11) + textWidth(value, 12, true)),
  );
  return {
    scale,
    labels,
    left: -32 * scale,
    right: beside + widest + 10,
    height: (TALL + 2 * APART) * scale,
  };
}

/** Returns in a few words what the wall is compiled with, for screen readers. */
export function figureWords(wall: Wall): string {
  const { head, torso, legs } = Object.fromEntries(
    planFigure(wall, 2000).labels.map((one) => [one.part, one.value]),
  );
  return t("wall.figure.label", { optimizer: legs, loss: torso, metrics: head });
}

const MOUTHS: Record<Mood, string> = {
  empty: "M-4 -98h8",
  ready: "M-4.5 -99q4.5 3.5 9 0",
  running: "M-2.5 -97.5a2.5 2.2 0 1 0 5 0a2.5 2.2 0 1 0 -5 0",
  paused: "M-4 -98h8",
  done: "M-5.5 -99.5q5.5 6.5 11 0z",
  broken: "M-4.5 -96.5q4.5 -4 9 0",
  unsure: "M-4 -98h8",
  worried: "M-5 -97q2.5 -3.4 5 0t5 0",
};

/** Draws the figure; (0, 0) is where it stands. */
export function Figure({
  plan,
  assembled,
  mood,
}: {
  plan: FigurePlan;
  assembled: boolean;
  mood: Mood;
}) {
  const state = assembled ? mood : "empty";
  const lift = (k: number) => ({ transform: `translateY(${assembled ? 0 : -APART * k}px)` });
  const beside = BESIDE * plan.scale;
  return (
    <g class={`wall-figure-body ${assembled ? "assembled" : "apart"} ${state}`}>
      <g transform={`scale(${plan.scale})`}>
        <g class="wall-part legs" style={lift(0)}>
          <path d="M-20 0v-45h19v45zM1 0v-45h19v45z" />
          <path d="M-21 -53h42v9h-42z" />
          <path class="print" d="M-15 -9h9m-9 -7h9M6 -9h9m-9 -7h9" />
        </g>
        <g class="wall-part torso" style={lift(1)}>
          <g class="arm left">
            <path d="M-16 -86l-10 6l-4 22l7 1.5l4 -16z" />
            <circle class="hand" cx="-27" cy="-55" r="4.5" />
          </g>
          <g class="arm right">
            <path d="M16 -86l10 6l4 22l-7 1.5l-4 -16z" />
            <circle class="hand" cx="27" cy="-55" r="4.5" />
          </g>
          <path d="M-22 -53h44l-5 -35h-34z" />
          <path class="print" d="M-11 -81v20h23M-8 -79c2 11 6 13 17 14.5" />
        </g>
        <g class="wall-part head" style={lift(2)}>
          <path d="M-6 -92h12v4h-12zM-6 -118h12v5h-12z" />
          <rect x="-12" y="-113" width="24" height="22" rx="6" />
          <g class="face">
            <circle cx="-4.8" cy="-104.5" r="1.7" />
            <circle cx="4.8" cy="-104.5" r="1.7" />
          </g>
          <path class="mouth" d={MOUTHS[state]} />
        </g>
      </g>
      {plan.labels.map(({ part, name, value, y }, k) => (
        <g key={part} class="wall-figure-label" style={lift(2 - k)}>
          <path class="leader" d={`M${beside - 9} ${y}h5`} />
          <text x={beside} y={y + 4} font-size="12">
            {name && (
              <tspan class="soft" font-size="11">
                {name}{" "}
              </tspan>
            )}
            <tspan font-weight="bold">{value}</tspan>
          </text>
        </g>
      ))}
    </g>
  );
}
