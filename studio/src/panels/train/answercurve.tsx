/** For one input and a number to predict: the answer as a curve through the data. */
import { useEffect, useRef } from "preact/hooks";
import type { Prepared } from "../../data/table.ts";
import { targetScale } from "../../data/units.ts";
import { outputsOf } from "../../state/live.ts";
import { snapshot } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { Axes } from "./axes.tsx";
import { PICTURES, useDrawn } from "./drawn.ts";
import { inputRange, plottedTarget, type Range, shareOf } from "./grid.ts";
import { Legend } from "./legend.tsx";
import { CANVAS, drawRows, placeOf } from "./marks.ts";
import { inUnits } from "./ticks.ts";

const POINTS = 168;

/** Draws the answers over the first input as a curve. */
export function paintCurve(canvas: HTMLCanvasElement, h: Range, v: Range, isDark: boolean): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.clearRect(0, 0, CANVAS, CANVAS);
  const share = (i: number) => (i + 0.5) / POINTS;
  const x = Float32Array.from({ length: POINTS }, (_, i) => h.low + share(i) * (h.high - h.low));
  const outputs = outputsOf(x, POINTS)?.at(-1);
  if (!outputs) return;
  context.beginPath();
  for (let i = 0; i < POINTS; i++)
    context.lineTo(share(i) * CANVAS, (1 - shareOf(outputs[i], v)) * CANVAS);
  context.lineWidth = 6;
  context.lineJoin = "round";
  context.strokeStyle = isDark ? "#f5a34a" : "#c2570c";
  context.stroke();
}

export function AnswerCurve({ data }: { data: Prepared }) {
  const points = useRef<HTMLCanvasElement>(null);
  const curve = useRef<HTMLCanvasElement>(null);
  const isDark = dark.value;
  const [h, v] = [inputRange(data.training, 0), plottedTarget(data.training)];
  const [input, target] = [data.inputs[0], data.target].map(shownName);
  useEffect(() => {
    if (points.current) drawRows(points.current, data, placeOf(0, h, null, v), isDark, false);
  }, [data, isDark]);
  useDrawn(curve, PICTURES, () => curve.current && paintCurve(curve.current, h, v, isDark), [
    data,
    snapshot.value,
    isDark,
  ]);
  return (
    <section class="train-part" data-part="surface">
      <h2>{t("train.surface.of", { target })}</h2>
      <Axes
        across={{ title: input, ...inUnits(h, data.scales[0]) }}
        up={{ title: target, ...inUnits(v, targetScale(data)) }}
      >
        <canvas ref={points} width={CANVAS} height={CANVAS} />
        <canvas
          ref={curve}
          width={CANVAS}
          height={CANVAS}
          class="train-surface"
          role="img"
          aria-label={t("train.curve.label", { target, a: input })}
        />
      </Axes>
      <Legend data={data} shaded={false} />
    </section>
  );
}
