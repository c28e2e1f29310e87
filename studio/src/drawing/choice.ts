/** Choice of the level at which each layer is drawn. */

import { t } from "../words/words.ts";
import type { Layer } from "./network.ts";
import { SPECIFICATION } from "./specification.ts";
import { grouped } from "./words.ts";

const { limits: LIMITS } = SPECIFICATION;

export type Level = "auto" | "bricks" | "lines" | "synapses";
/** How one layer is drawn; a plate has no synapses. */
export type LayerLevel = "bricks" | "lines" | "synapses" | "plate";

/** Why a level cannot be drawn, and the finest that can. */
export interface Refusal {
  readonly text: string;
  readonly use: "bricks" | "lines";
}

const total = (layers: readonly Layer[]) => layers.reduce((sum, layer) => sum + layer.synapses, 0);

/** Returns why a level cannot be drawn, or null. */
export function refusalOf(layers: readonly Layer[], level: Level): Refusal | null {
  if (level !== "synapses" && level !== "lines") return null;
  const most = layers.reduce<Layer | null>((a, b) => (a && a.synapses >= b.synapses ? a : b), null);
  if (most && most.synapses > LIMITS.lines) {
    const { name, inputs, outputs, synapses } = most;
    return {
      text: t(`picture.refused.${level}.layer`, {
        name,
        inputs,
        outputs,
        n: synapses,
        most: LIMITS.lines,
      }),
      use: "bricks",
    };
  }
  const all = total(layers);
  if (level === "synapses" && all > LIMITS.lines)
    return {
      text: t("picture.refused.synapses.wall", { n: grouped(all), most: LIMITS.lines }),
      use: "lines",
    };
  return null;
}

/**
 * Returns a level for each layer. "auto" shows every synapse if they are few, else lines, else closed
 * bricks. Throws a `RangeError` for a level that cannot be drawn.
 */
export function choose(layers: readonly Layer[], level: Level): LayerLevel[] {
  const refused = refusalOf(layers, level);
  if (refused) throw new RangeError(refused.text);
  const wanted = level === "auto" && fewSynapses(layers) ? "synapses" : level;
  if (wanted !== "auto") return layers.map((layer) => (layer.dense ? wanted : "plate"));
  const inLines = new Set<Layer>();
  let sum = 0;
  for (const layer of layers.filter((one) => one.dense).sort((a, b) => a.synapses - b.synapses)) {
    sum += layer.synapses;
    if (layer.synapses <= LIMITS.readableLines && sum <= LIMITS.lines) inLines.add(layer);
  }
  return layers.map((layer) => (!layer.dense ? "plate" : inLines.has(layer) ? "lines" : "bricks"));
}

function fewSynapses(layers: readonly Layer[]): boolean {
  return (
    total(layers) <= LIMITS.picture &&
    layers.every(
      (l) =>
        !l.dense ||
        (l.synapses <= LIMITS.layer && l.inputs <= LIMITS.signals && l.outputs <= LIMITS.units),
    )
  );
}
