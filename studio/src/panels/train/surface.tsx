/** The answer over two inputs, with the data on it. */

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Prepared } from "../../data/table.ts";
import { tellingInputs } from "../../data/telling.ts";
import { decided } from "../../engine/metrics.ts";
import { outputsOf, pointsOf } from "../../state/live.ts";
import { prepared, snapshot } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { Select } from "../select.tsx";
import { AnswerCurve } from "./answercurve.tsx";
import { Axes } from "./axes.tsx";
import { diverging, ofClass, type Rgb } from "./colours.ts";
import { PICTURES, useDrawn } from "./drawn.ts";
import { grid, inputRange, type Range, shareOf, targetRange } from "./grid.ts";
import { Legend } from "./legend.tsx";
import { CANVAS, drawRows, placeOf } from "./marks.ts";
import { inUnits } from "./ticks.ts";

const GRID = 56; // answers across and up

/** Returns the colour of the answer in a row of outputs. */
function colouring(data: Prepared, isDark: boolean): (outputs: Float32Array) => Rgb {
  if (data.task === "binary") return ([output]) => diverging(2 * output - 1, isDark);
  if (data.task === "regression") {
    const range = targetRange(data.training);
    return ([output]) => diverging(2 * shareOf(output, range) - 1, isDark);
  }
  return (outputs) => {
    const best = decided(outputs, 0, outputs.length);
    const chance = 1 / outputs.length;
    return ofClass(best, (outputs[best] - chance) / (1 - chance), isDark);
  };
}

/** Draws the answers as pixels; the browser makes them smooth. `h` and `v`: over other ranges than the data's. */
export function paintSurface(
  canvas: HTMLCanvasElement,
  data: Prepared,
  across: number,
  up: number,
  isDark: boolean,
  h?: Range,
  v?: Range,
): void {
  const points = pointsOf(GRID);
  const count = points * points;
  const outputs = outputsOf(grid(data, across, up, points, h, v), count)?.at(-1);
  if (!outputs) return;
  const width = outputs.length / count;
  const colour = colouring(data, isDark);
  const image = new ImageData(points, points);
  for (let i = 0; i < count; i++)
    image.data.set([...colour(outputs.subarray(i * width, (i + 1) * width)), 255], 4 * i);
  if (canvas.width !== points) canvas.width = canvas.height = points;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

function Plot({ data, across, up }: { data: Prepared; across: number; up: number }) {
  const answers = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const isDark = dark.value;
  const [h, v] = [inputRange(data.training, across), inputRange(data.training, up)];
  const [a, b] = [data.inputs[across], data.inputs[up]].map(shownName);
  useDrawn(
    answers,
    PICTURES,
    () => answers.current && paintSurface(answers.current, data, across, up, isDark),
    [data, snapshot.value, isDark, across, up],
  );
  useEffect(() => {
    if (points.current) drawRows(points.current, data, placeOf(across, h, up, v), isDark, true);
  }, [data, isDark, across, up]);
  return (
    <Axes
      across={{ title: a, ...inUnits(h, data.scales[across]) }}
      up={{ title: b, ...inUnits(v, data.scales[up]) }}
    >
      <canvas
        ref={answers}
        class="train-surface"
        width={GRID}
        height={GRID}
        role="img"
        aria-label={t("train.surface.label", { target: shownName(data.target), a, b })}
      />
      <canvas ref={points} width={CANVAS} height={CANVAS} />
    </Axes>
  );
}

function Pick({
  label,
  names,
  value,
  set,
}: {
  label: string;
  names: readonly string[];
  value: number;
  set: (index: number) => void;
}) {
  return (
    <Select label={label} value={value} set={(index) => set(Number(index))}>
      {names.map((name, index) => (
        <option key={name} value={index}>
          {name}
        </option>
      ))}
    </Select>
  );
}

export function Surface() {
  const data = prepared.value;
  const telling = useMemo(() => data && tellingInputs(data), [data]);
  const across = useSignal<number | null>(null); // null: the input that tells most
  const up = useSignal<number | null>(null);
  if (!data || !telling) return null;
  const last = data.inputs.length - 1;
  if (last === 0) return data.task === "regression" ? <AnswerCurve data={data} /> : null;
  const [a, b] = [
    Math.min(across.value ?? telling[0], last),
    Math.min(up.value ?? telling[1], last),
  ];
  return (
    <section class="train-part" data-part="surface">
      <h2>{t("train.surface.of", { target: shownName(data.target) })}</h2>
      <Plot data={data} across={a} up={b} />
      <Legend data={data} shaded />
      {last > 1 && (
        <div class="train-inputs">
          <Pick
            label="→"
            names={data.inputs.map(shownName)}
            value={a}
            set={(index) => {
              across.value = index;
            }}
          />
          <Pick
            label="↑"
            names={data.inputs.map(shownName)}
            value={b}
            set={(index) => {
              up.value = index;
            }}
          />
          <p class="hint">{t("train.surface.rest")}</p>
        </div>
      )}
    </section>
  );
}
