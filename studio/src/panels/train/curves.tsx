/** Learning curves: the loss, and below it the first metric, of training and validation rows. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { history, prepared, project } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { language, t } from "../../words/words.ts";

const HEIGHT = 150;

type Series = uPlot.AlignedData;

function series(name: string): Series {
  const epochs: number[] = [];
  const training: (number | null)[] = [];
  const validation: (number | null)[] = [];
  for (const { epoch, logs } of history.value) {
    epochs.push(epoch + 1); // people count from 1
    training.push(logs[name] ?? null);
    validation.push(logs[`val_${name}`] ?? null);
  }
  return [epochs, training, validation];
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
    padding: [8, 6, 0, 0],
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
        size: 46,
        gap: 4,
        values: (_, ticks) => ticks.map((tick) => Number(tick.toPrecision(4)).toString()),
      },
    ],
    series: [
      {},
      { stroke: colour("--blue-line"), width: 2, points: { show: false } },
      { stroke: colour("--orange-line"), width: 2, dash: [6, 3], points: { show: false } },
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

export function metricOf(names: readonly string[]): string {
  return names[0] ?? "loss";
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
  const last = history.value.at(-1)?.logs;
  const value = (key: string) =>
    last?.[key] === undefined ? null : Number(last[key].toPrecision(4)).toString();
  const now = [value(name), value(`val_${name}`)];
  return (
    <figure class="train-curve">
      <figcaption>
        <b>{t(`train.${name}`)}</b>
        {now[0] !== null && (
          <span class="train-key training">
            {t("train.training")} {now[0]}
          </span>
        )}
        {now[1] !== null && (
          <span class="train-key validation">
            {t("train.validation")} {now[1]}
          </span>
        )}
      </figcaption>
      <div
        ref={place}
        class="train-plot"
        role="img"
        aria-label={`${t("train.curves")}: ${t(`train.${name}`)}`}
      />
    </figure>
  );
}

/** Returns the epoch since which the validation loss has been rising, where it clearly does. */
export function overfitSince(): number | null {
  const losses = history.value
    .map(({ epoch, logs }) => ({ epoch, loss: logs.val_loss, own: logs.loss }))
    .filter((at) => at.loss !== undefined);
  if (losses.length < 8) return null;
  const best = losses.reduce((a, b) => (b.loss < a.loss ? b : a));
  const last = losses[losses.length - 1];
  const recent = losses.slice(-5).every((at) => at.loss > best.loss * 1.06);
  return recent && last.epoch - best.epoch >= 6 && last.own < best.own ? best.epoch + 1 : null;
}

export function Curves() {
  language.value; // labels of the axes
  const { wall } = project.value;
  const metric = wall.metrics.find((name) => name !== wall.loss);
  const since = overfitSince();
  return (
    <section class="train-part" aria-label={t("train.curves")}>
      <Curve name="loss" />
      {metric && prepared.value && <Curve name={metric} />}
      {since !== null && (
        <p class="train-note" role="status">
          {t("train.overfit", { epoch: since })}
        </p>
      )}
    </section>
  );
}
