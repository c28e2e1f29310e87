/** The answer over two inputs, the data on it; for one input and a number to predict, the curve. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Prepared, Rows } from "../../data/table.ts";
import { outputsOf, pointsOf } from "../../state/live.ts";
import { prepared, snapshot } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { classColour, css, deeper, diverging, ofClass } from "./colours.ts";

const GRID = 56; // answers across and up
const SIZE = 336; // pixels of the canvas, which is shown as wide as the panel
const MOST_POINTS = 1200;

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(rows: Rows, input: number): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows.rows; i++) {
    const value = rows.x[i * rows.inputs + input];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const margin = (high - low || 1) * 0.08;
  return { low: low - margin, high: high + margin };
}

function meansOf(rows: Rows): Float32Array {
  const means = new Float32Array(rows.inputs);
  for (let i = 0; i < rows.rows; i++)
    for (let j = 0; j < rows.inputs; j++) means[j] += rows.x[i * rows.inputs + j] / rows.rows;
  return means;
}

/** Returns rows on a grid over two inputs, from the top left; the other inputs at their mean. */
export function grid(data: Prepared, across: number, up: number, points: number): Float32Array {
  const rows = data.training;
  const means = meansOf(rows);
  const [h, v] = [rangeOf(rows, across), rangeOf(rows, up)];
  const x = new Float32Array(points * points * rows.inputs);
  for (let r = 0; r < points; r++)
    for (let c = 0; c < points; c++) {
      const at = (r * points + c) * rows.inputs;
      x.set(means, at);
      x[at + across] = h.low + ((c + 0.5) / points) * (h.high - h.low);
      x[at + up] = v.high - ((r + 0.5) / points) * (v.high - v.low);
    }
  return x;
}

/** The numbers that are to be predicted, as -1 to 1. */
function scaleOf(rows: Rows): { middle: number; half: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const y of rows.y) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  return { middle: (low + high) / 2, half: (high - low) / 2 || 1 };
}

const buffer = typeof document === "undefined" ? null : document.createElement("canvas");

function paint(
  canvas: HTMLCanvasElement,
  data: Prepared,
  across: number,
  up: number,
  isDark: boolean,
): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const points = pointsOf(GRID);
  const count = points * points;
  const outputs = outputsOf(grid(data, across, up, points), count)?.at(-1);
  context.clearRect(0, 0, SIZE, SIZE);
  if (outputs && buffer) {
    const width = outputs.length / count;
    const image = new ImageData(points, points);
    const scale = scaleOf(data.training);
    for (let i = 0; i < count; i++) {
      let colour = diverging(
        data.task === "regression"
          ? (outputs[i * width] - scale.middle) / scale.half
          : 2 * outputs[i * width] - 1,
        isDark,
      );
      if (data.task === "classes") {
        let best = 0;
        for (let k = 1; k < width; k++)
          if (outputs[i * width + k] > outputs[i * width + best]) best = k;
        colour = ofClass(best, (outputs[i * width + best] - 1 / width) / (1 - 1 / width), isDark);
      }
      image.data.set([...colour, 255], 4 * i);
    }
    buffer.width = points;
    buffer.height = points;
    buffer.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(buffer, 0, 0, SIZE, SIZE);
  }
  const [h, v] = [rangeOf(data.training, across), rangeOf(data.training, up)];
  const scale = scaleOf(data.training);
  for (const [rows, filled] of [
    [data.training, true],
    [data.validation, false],
  ] as const) {
    if (!rows) continue;
    const stride = Math.max(1, Math.ceil(rows.rows / MOST_POINTS));
    for (let i = 0; i < rows.rows; i += stride) {
      const x = ((rows.x[i * rows.inputs + across] - h.low) / (h.high - h.low)) * SIZE;
      const y = ((v.high - rows.x[i * rows.inputs + up]) / (v.high - v.low)) * SIZE;
      const value = rows.y[i];
      const colour = css(
        deeper(
          data.task === "regression"
            ? diverging((value - scale.middle) / scale.half, isDark, 1)
            : classColour(value),
        ),
      );
      context.beginPath();
      context.arc(x, y, filled ? 3.4 : 3, 0, 7);
      context.lineWidth = filled ? 1 : 1.8;
      context.strokeStyle = filled ? (isDark ? "#0f141a" : "#ffffff") : colour;
      context.fillStyle = filled ? colour : isDark ? "#0f141a" : "#ffffff";
      context.fill();
      context.stroke();
    }
  }
}

function paintCurve(canvas: HTMLCanvasElement, data: Prepared, isDark: boolean): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.clearRect(0, 0, SIZE, SIZE);
  const h = rangeOf(data.training, 0);
  const scale = scaleOf(data.training);
  const up = (y: number) => SIZE / 2 - ((y - scale.middle) / (1.15 * scale.half)) * (SIZE / 2);
  for (const [rows, filled] of [
    [data.training, true],
    [data.validation, false],
  ] as const) {
    if (!rows) continue;
    const stride = Math.max(1, Math.ceil(rows.rows / MOST_POINTS));
    for (let i = 0; i < rows.rows; i += stride) {
      context.beginPath();
      context.arc(((rows.x[i] - h.low) / (h.high - h.low)) * SIZE, up(rows.y[i]), 3, 0, 7);
      context.fillStyle = context.strokeStyle = isDark ? "#6cb0f0" : "#2166ac";
      context.globalAlpha = 0.6;
      if (filled) context.fill();
      else context.stroke();
      context.globalAlpha = 1;
    }
  }
  const points = SIZE / 2;
  const x = Float32Array.from(
    { length: points },
    (_, i) => h.low + ((i + 0.5) / points) * (h.high - h.low),
  );
  const outputs = outputsOf(x, points)?.at(-1);
  if (!outputs) return;
  context.beginPath();
  for (let i = 0; i < points; i++) context.lineTo(2 * i + 1, up(outputs[i]));
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = isDark ? "#f5a34a" : "#c2570c";
  context.stroke();
}

/** At most this often a second: a grid of answers costs some milliseconds. */
const PICTURES = 20;

export function Surface() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const across = useSignal(0);
  const up = useSignal(1);
  const last = useRef(0);
  const data = prepared.value;
  const now = snapshot.value;
  const isDark = dark.value;
  const inputs = data?.inputs ?? [];
  const [a, b] = [Math.min(across.value, inputs.length - 1), Math.min(up.value, inputs.length - 1)];
  useEffect(() => {
    const element = canvas.current;
    if (!element || !data) return;
    const draw = () => {
      last.current = performance.now();
      if (data.inputs.length === 1) paintCurve(element, data, isDark);
      else paint(element, data, a, b, isDark);
    };
    const wait = last.current + 1000 / PICTURES - performance.now();
    if (wait <= 0) return draw();
    const timer = setTimeout(draw, wait);
    return () => clearTimeout(timer);
  }, [data, now, isDark, a, b]);
  if (!data || (data.inputs.length === 1 && data.task !== "regression")) return null;
  const pick = (label: string, value: number, set: (i: number) => void) => (
    <label class="field">
      <span>{label}</span>
      <select
        class="input"
        value={value}
        onChange={(event) => set(Number(event.currentTarget.value))}
      >
        {inputs.map((name, i) => (
          <option key={name} value={i}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section class="train-part">
      <h2>{t("train.surface")}</h2>
      <canvas
        ref={canvas}
        class="train-surface"
        width={SIZE}
        height={SIZE}
        role="img"
        aria-label={t("train.surface")}
      />
      {inputs.length > 2 ? (
        <div class="train-axes">
          {pick("→", a, (i) => {
            across.value = i;
          })}
          {pick("↑", b, (i) => {
            up.value = i;
          })}
          <p class="hint">{t("train.surface.rest")}</p>
        </div>
      ) : (
        inputs.length === 2 && (
          <p class="hint">{t("train.surface.axes", { a: inputs[0], b: inputs[1] })}</p>
        )
      )}
    </section>
  );
}
