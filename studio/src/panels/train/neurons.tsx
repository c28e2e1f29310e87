/** What each neuron sees: its output over two inputs, or its weights. */
import { useRef, useState } from "preact/hooks";
import { outputsOf } from "../../state/live.ts";
import { chosen, neuron, prepared, project, snapshot, stack } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { diverging } from "./colours.ts";
import { useDrawn } from "./drawn.ts";
import { grid } from "./grid.ts";

const GRID = 22;
const MOST = 24; // neurons of a brick that are shown
const PICTURES = 12; // a second

function draw(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  value: (i: number) => number,
  isDark: boolean,
): void {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++)
    image.data.set([...diverging(value(i), isDark), 255], 4 * i);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** A function of the place in the picture for each neuron of a brick, from -1 to 1. */
function pictures(
  index: number,
  count: number,
): { width: number; height: number; value: (unit: number, i: number) => number } | null {
  const data = prepared.value;
  const now = snapshot.value;
  if (!data || !now) return null;
  if (data.inputs.length === 2) {
    const outputs = outputsOf(grid(data, 0, 1, GRID), GRID * GRID)?.[index];
    if (!outputs) return null;
    const units = outputs.length / (GRID * GRID);
    const most = new Float32Array(count);
    for (let k = 0; k < count; k++)
      for (let i = 0; i < GRID * GRID; i++)
        most[k] = Math.max(most[k], Math.abs(outputs[i * units + k]));
    return {
      width: GRID,
      height: GRID,
      value: (unit, i) => outputs[i * units + unit] / (most[unit] || 1),
    };
  }
  const kernel = now.weights[index]?.find((weight) => weight.name === "kernel");
  if (!kernel) return null;
  const [inputs, units] = kernel.shape;
  const side = Math.round(Math.sqrt(inputs));
  const square = index === 0 && side > 3 && side * side === inputs;
  const most = new Float32Array(count);
  for (let k = 0; k < count; k++)
    for (let i = 0; i < inputs; i++)
      most[k] = Math.max(most[k], Math.abs(kernel.values[i * units + k]));
  return {
    width: square ? side : inputs,
    height: square ? side : 1,
    value: (unit, i) => kernel.values[i * units + unit] / (most[unit] || 1),
  };
}

const LOOKS = 5; // a second, for silent units

/** Products of all training rows that cost a picture little: of more, nothing is said. */
const MOST_PRODUCTS = 2e7;

/** Returns the units of each brick that are 0 for every training row. */
function silentUnits(): readonly ReadonlySet<number>[] {
  const data = prepared.value;
  if (!data) return [];
  const { x, rows } = data.training;
  const products = stack.value.reduce((sum, place) => sum + place.synapses, 0);
  if (products * rows > MOST_PRODUCTS) return [];
  const passed = outputsOf(x, rows) ?? [];
  return passed.map((outputs) => {
    const units = outputs.length / rows;
    const silent = new Set(Array.from({ length: units }, (_, unit) => unit));
    outputs.forEach((output, i) => {
      if (output !== 0) silent.delete(i % units);
    });
    return silent;
  });
}

function Brick({
  index,
  name,
  units,
  silent,
}: {
  index: number;
  name: string;
  units: number;
  silent: ReadonlySet<number> | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const count = Math.min(units, MOST);
  const isDark = dark.value;
  const paint = () => {
    const picture = pictures(index, count);
    if (!picture || !place.current) return;
    place.current.querySelectorAll("canvas").forEach((canvas, unit) => {
      draw(canvas, picture.width, picture.height, (i) => picture.value(unit, i), isDark);
    });
  };
  useDrawn(place, PICTURES, paint, [index, count, snapshot.value, isDark]);
  return (
    <div class="train-brick">
      <h3>{name}</h3>
      <div ref={place} class="train-neurons">
        {Array.from({ length: count }, (_, unit) => (
          <button
            key={unit}
            type="button"
            class={silent?.has(unit) ? "silent" : ""}
            aria-label={
              silent?.has(unit)
                ? `${name}, ${unit}: ${t("train.neurons.silent")}`
                : `${name}, ${unit}`
            }
            title={silent?.has(unit) ? t("train.neurons.silent") : undefined}
            aria-pressed={neuron.value?.brick === index && neuron.value.unit === unit}
            onClick={() => {
              neuron.value = { brick: index, unit };
              chosen.value = project.value.wall.bricks[index].id;
            }}
          >
            <canvas />
          </button>
        ))}
        {units > count && <span class="hint">… × {units - count}</span>}
      </div>
    </div>
  );
}

export function Neurons() {
  const place = useRef<HTMLElement>(null);
  const [silent, setSilent] = useState<readonly ReadonlySet<number>[]>([]);
  useDrawn(place, LOOKS, () => setSilent(silentUnits()), [snapshot.value, prepared.value]);
  const shown = stack.value.filter(({ brick }) => brick.kind === "Dense").toReversed();
  if (!shown.length || !snapshot.value) return null;
  const maps = prepared.value?.inputs.length === 2;
  return (
    <section class="train-part" data-part="neurons" ref={place}>
      <h2>{t("train.neurons")}</h2>
      <p class="hint">
        {t(maps ? "train.neurons.maps" : "train.neurons.weights")}
        {prepared.value?.picture && !maps && ` ${t("train.neurons.pictures")}`}
      </p>
      {shown.some(({ index }) => silent[index]?.size) && (
        <p class="hint">
          {t("train.neurons.slash")}
          {maps && ` ${t("train.neurons.coloured")}`}
        </p>
      )}
      {shown.map(({ brick, index, name, outputs }) => (
        <Brick key={brick.id} index={index} name={name} units={outputs} silent={silent[index]} />
      ))}
    </section>
  );
}
