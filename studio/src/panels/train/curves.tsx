/** Learning curves: the loss, and below it the first metric, of training and validation rows. */

import { useEffect, useId, useRef } from "preact/hooks";
import uPlot from "uplot";
import { shownName } from "../names.ts";
import "uplot/dist/uPlot.min.css";
import { amount, measure } from "../../data/amount.ts";
import { errorInUnits } from "../../data/units.ts";
import {
  byHand,
  history,
  prepared,
  project,
  trainedBefore,
  validatedElsewhere,
} from "../../state/store.ts";
import { baseline, measureOfLoss } from "../../state/verdict.ts";
import { dark } from "../../state/view.ts";
import { termOf } from "../../words/terms.ts";
import { language, t } from "../../words/words.ts";
import { Term } from "../term.tsx";
import { Verdict } from "./verdict.tsx";

const HEIGHT = 150;
/** Pixels beside the plot: half of the last epoch's number. */
const AT_RIGHT = 22;
/** Pixels of a digit of the numbers beside the plot, and of all of them at least. */
const [DIGIT, LEAST] = [6.5, 46];

type Series = uPlot.AlignedData;

/** The measure that a curve shows: of the loss, what the loss is. */
const measureOf = (name: string) =>
  name === "loss" ? (measureOfLoss(project.value.wall) ?? name) : name;

/** Returns what one gets without a network; undefined where nothing says. */
const baseOf = (name: string) => baseline.value?.scores[measureOf(name)];

function series(name: string): Series {
  const epochs: number[] = [];
  const training: (number | null)[] = [];
  const validation: (number | null)[] = [];
  const base = baseOf(name) ?? null;
  for (const { epoch, logs } of history.value) {
    epochs.push(epoch + 1); // people count from 1
    training.push(logs[name] ?? null);
    validation.push(logs[`val_${name}`] ?? null);
  }
  return [epochs, training, validation, epochs.map(() => base)];
}

function options(name: string, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (variable: string) => style.getPropertyValue(variable).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${colour("--font")}`,
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, AT_RIGHT, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: {
      x: { time: false, range: (_, min, max) => [min ?? 1, Math.max(max ?? 2, 2)] },
      y: { range: (_, min, max) => padded(name, min, max) },
    },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 3,
        values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : "")),
      },
      {
        ...axis,
        size: (_, values) =>
          Math.max(LEAST, 8 + DIGIT * Math.max(0, ...(values ?? []).map((said) => said.length))),
        gap: 4,
        values: (_, ticks) => ticks.map((tick) => measure(tick)),
      },
    ],
    series: [
      {},
      { stroke: colour("--blue-line"), width: 2, points: { show: false } },
      { stroke: colour("--orange-line"), width: 2, dash: [6, 3], points: { show: false } },
      { stroke: colour("--faint"), width: 1.5, dash: [2, 3], points: { show: false } },
    ],
  };
}

/** A loss begins at zero where that costs no detail; accuracies lie between 0 and 1. */
function padded(name: string, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  if (name === "accuracy") return [Math.max(0, Math.floor(min * 10) / 10), 1];
  const margin = (max - min || Math.abs(max) || 1) * 0.08;
  return [min > 0 && min < 0.4 * max ? 0 : min - margin, max + margin];
}

/** Returns a value, and what it means in the units of a scaled target. */
function inWords(name: string, value: number): string {
  const data = prepared.value;
  const error = data && errorInUnits(measureOf(name), value, data);
  if (error === null) return measure(value);
  const off = t(`train.off.${measureOf(name)}`, { error: amount(error, data?.targetScale?.std) });
  return `${measure(value)} (${off})`;
}

function baseLabel(): string {
  const data = prepared.value;
  return data && data.task !== "regression"
    ? t("train.baseline.class", { name: shownName(data.classes[baseline.value?.answer ?? 0]) })
    : t("train.baseline.mean");
}

function Curve({ name }: { name: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const theme = dark.value;
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const plot = new uPlot(
      options(name, Math.max(element.clientWidth, 120)),
      series(name),
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [name, theme]);
  const data = series(name);
  useEffect(() => chart.current?.setData(data));
  const last = history.value.at(-1);
  const keys = [
    { css: "training", label: t("train.training"), value: last?.logs[name] },
    { css: "validation", label: t("train.validation"), value: last?.logs[`val_${name}`] },
    { css: "baseline", label: baseLabel(), value: baseOf(name) },
  ].flatMap(({ css, label, value }) =>
    value === undefined ? [] : [{ css, said: `${label} ${inWords(name, value)}` }],
  );
  const title = t(`train.${name}`);
  const [id, term] = [useId(), termOf(name)];
  return (
    <figure class="train-curve">
      <figcaption>
        <b id={id}>{title}</b>
        {term && <Term name={term} of={id} />}
        {keys.map(({ css, said }) => (
          <span key={css} class={`train-key ${css}`}>
            {said}
          </span>
        ))}
      </figcaption>
      <div
        ref={place}
        class="train-plot"
        role="img"
        aria-label={t("train.curves.label", {
          name: title,
          epoch: (last?.epoch ?? 0) + 1,
          values: keys.map(({ said }) => said).join(", "),
        })}
      />
    </figure>
  );
}

export function Curves() {
  language.value; // labels of the axes
  const { wall } = project.value;
  const metric = wall.metrics.find((name) => name !== wall.loss);
  return (
    <section class="train-part" aria-label={t("train.curves")}>
      <Curve name="loss" />
      {metric && prepared.value && <Curve name={metric} />}
      {validatedElsewhere.value && (
        <p class="train-note" role="status">
          {t("train.elsewhere", { epoch: trainedBefore.value })}
        </p>
      )}
      {byHand.value ? <p class="train-note">{t("train.byhand")}</p> : <Verdict />}
    </section>
  );
}
