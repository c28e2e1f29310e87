/** Of numbers: what was predicted against what is true, in the units of the table. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Prepared } from "../../data/table.ts";
import { targetScale } from "../../data/units.ts";
import type { Judged } from "../../state/live.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { Axes } from "./axes.tsx";
import { useDrawn } from "./drawn.ts";
import { plottedTarget, type Range, shareOf } from "./grid.ts";
import { inUnits } from "./ticks.ts";

const SIZE = 560; // pixels of the canvas, which is shown half as large
const PICTURES = 20; // a second

function paint(
  canvas: HTMLCanvasElement,
  y: Float32Array,
  outputs: Float32Array,
  range: Range,
  isDark: boolean,
): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const place = (value: number) => shareOf(value, range) * SIZE;
  context.clearRect(0, 0, SIZE, SIZE);
  context.lineWidth = 2;
  context.strokeStyle = isDark ? "#6f7b88" : "#8a8f98";
  context.beginPath();
  context.moveTo(0, SIZE);
  context.lineTo(SIZE, 0);
  context.stroke();
  context.fillStyle = isDark ? "#6cb0f0" : "#2166ac";
  context.globalAlpha = 0.6;
  for (let i = 0; i < y.length; i++) {
    context.beginPath();
    context.arc(place(y[i]), SIZE - place(outputs[i]), 5.2, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Returns the share of the variance that the outputs explain; null where there is none. */
export function r2Of(y: Float32Array, outputs: Float32Array): number | null {
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  let [left, all] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    left += (y[i] - outputs[i]) ** 2;
    all += (y[i] - mean) ** 2;
  }
  return all ? 1 - left / all : null;
}

export function Fit({
  data,
  seen,
  outputs,
  children,
}: {
  data: Prepared;
  seen: Judged;
  outputs: Float32Array;
  children: ComponentChildren;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = dark.value;
  const { y } = seen.rows;
  const range = plottedTarget(seen.rows);
  useDrawn(
    canvas,
    PICTURES,
    () => canvas.current && paint(canvas.current, y, outputs, range, isDark),
    [y, outputs, isDark],
  );
  const r2 = r2Of(y, outputs)?.toFixed(3) ?? "–";
  const hint = t("train.fit.hint", {
    set: t(`train.${seen.set}`),
    r2,
  });
  const target = shownName(data.target);
  const units = inUnits(range, targetScale(data));
  return (
    <section class="train-part">
      <h2>{t("train.fit")}</h2>
      <p class="hint">{hint}</p>
      {children}
      <Axes
        across={{ title: `${target}, ${t("train.true")}`, ...units }}
        up={{ title: `${target}, ${t("train.predicted")}`, ...units }}
      >
        <canvas
          ref={canvas}
          class="train-fit"
          width={SIZE}
          height={SIZE}
          role="img"
          aria-label={`${t("train.fit")}. ${hint}`}
        />
      </Axes>
    </section>
  );
}
