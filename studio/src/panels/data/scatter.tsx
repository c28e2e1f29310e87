/** The data as it is learned: points over two inputs, or over one and the number to predict. */

import { amount } from "../../data/amount.ts";
import type { Prepared, Rows } from "../../data/table.ts";
import { targetScale, unscaled } from "../../data/units.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { CLASSES, css, diverging } from "../train/colours.ts";
import { between, Dots, extent, type Point } from "./dots.tsx";

const WIDTH = 280;
const MARGIN = 10;
const MOST = 2000; // points
const SHADES = 9; // of numbers

/** Values of a part in the units of the table. */
interface Values {
  readonly x: Float64Array;
  readonly up: Float64Array;
  readonly y: Float32Array;
}

function valuesOf(data: Prepared, rows: Rows): Values {
  const stride = Math.max(1, Math.ceil(rows.rows / MOST));
  const count = Math.ceil(rows.rows / stride);
  const input = (index: number) =>
    Float64Array.from({ length: count }, (_, nth) =>
      unscaled(rows.x[nth * stride * rows.inputs + index], data.scales[index]),
    );
  const y = Float32Array.from({ length: count }, (_, nth) => rows.y[nth * stride]);
  const scale = targetScale(data);
  const up = rows.inputs > 1 ? input(1) : Float64Array.from(y, (value) => unscaled(value, scale));
  return { x: input(0), up, y };
}

export const canScatter = (data: Prepared) =>
  data.inputs.length === 2 || (data.inputs.length === 1 && data.task === "regression");

export function Scatter({ data }: { data: Prepared }) {
  const flat = data.inputs.length === 1;
  const height = flat ? 180 : WIDTH;
  const training = valuesOf(data, data.training);
  const validation = data.validation && valuesOf(data, data.validation);
  const both = validation ? [training, validation] : [training];
  const xs = extent(both.flatMap(({ x }) => [...extent(x)]));
  const ups = extent(both.flatMap(({ up }) => [...extent(up)]));
  const colour = colouring(data, flat);
  const toX = between(xs, [MARGIN, WIDTH - MARGIN]);
  const toY = between(ups, [height - MARGIN, MARGIN]);
  const points = ({ x, up, y }: Values): Point[] =>
    Array.from(x, (value, at) => ({ x: toX(value), y: toY(up[at]), colour: colour(y[at]) }));
  const shaded = data.task === "regression" && !flat;
  const [x, y] = [data.inputs[0], flat ? data.target : data.inputs[1]].map(shownName);
  const names = { x, y };
  return (
    <section class="data-part">
      <h2>{t("data.plot")}</h2>
      <svg
        class="data-scatter"
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-label={t("data.plot.label", {
          points: data.training.rows + (data.validation?.rows ?? 0),
          ...names,
        })}
      >
        <Dots points={points(training)} size={6.5} edged={shaded} />
        {validation && <Dots points={points(validation)} size={6.5} edged={shaded} hollow />}
      </svg>
      <Axis name={names.x} range={xs} sign="→" />
      <Axis name={names.y} range={ups} sign="↑" />
      <Key data={data} />
    </section>
  );
}

function Axis({ name, range, sign }: { name: string; range: [number, number]; sign: string }) {
  const [low, high] = range;
  return (
    <p class="hint data-axis">
      {sign} {name}{" "}
      <span>
        {amount(low, high - low)} … {amount(high, high - low)}
      </span>
    </p>
  );
}

/** Returns the colour of a target: of its class, or of a number in a few shades. */
function colouring(data: Prepared, flat: boolean): (y: number) => string {
  if (flat) return () => CLASSES[1];
  if (data.task !== "regression") return (y) => CLASSES[y % CLASSES.length];
  const step = between(extent(data.training.y), [-1, 1]);
  const isDark = dark.value;
  return (y) => {
    const shade = Math.round(((step(y) + 1) / 2) * (SHADES - 1)) / (SHADES - 1);
    return css(diverging(2 * shade - 1, isDark, 1));
  };
}

function Key({ data }: { data: Prepared }) {
  return (
    <p class="data-key hint">
      {data.classes.slice(0, CLASSES.length).map((name, index) => (
        <span key={name}>
          <i style={{ background: CLASSES[index] }} />
          {shownName(name)}
        </span>
      ))}
      <span>
        <i class="data-filled" />
        {t("data.plot.training")}
      </span>
      {data.validation && (
        <span>
          <i class="data-hollow" />
          {t("data.plot.validation")}
        </span>
      )}
    </p>
  );
}
