/** Tooltips of bricks: what a brick is, its position, and its value. */

import { t } from "../words/words.ts";
import { decimal, type Layer } from "./network.ts";
import type { Piece } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { influenceOf, range } from "./words.ts";

/**
 * Sets the title of each brick of a layer; titles end in the brick's value if it has one. More lines
 * than `titledLines` have none: they cannot be pointed at one by one.
 */
export function addTitles(
  drawn: Piece,
  layer: Layer,
  first: boolean,
  inputs: readonly string[],
): void {
  const crowded = layer.synapses > SPECIFICATION.limits.titledLines;
  for (const part of drawn.parts)
    if (part.shape === "piece" && !(crowded && part.css.includes("strand")))
      part.title = titleOf(part, layer, first, inputs);
}

/** Returns a brick's title, "" for none; `first`: whether the layer's inputs are the network's. */
function titleOf(
  { css, data }: Piece,
  layer: Layer,
  first: boolean,
  inputs: readonly string[],
): string {
  const row = data.row as number | undefined;
  const unit = data.unit as number | undefined;
  if (css.includes(" more") || (row === undefined && unit === undefined)) return "";
  const name = title(
    css.split(" ", 1)[0],
    layer,
    sourceName(row ?? 0, layer, first, inputs),
    row ?? 0,
    unit ?? 0,
    Number(data.count),
  );
  if (data.value === undefined || !name) return name;
  return `${name}${css.startsWith("band") ? " = " : " "}${decimal(Number(data.value))}`;
}

/** Returns the name of an input of a layer. */
function sourceName(row: number, layer: Layer, first: boolean, inputs: readonly string[]): string {
  if (!first) return t("picture.input", { row: String(row) });
  return inputs.length === layer.inputs ? inputs[row] : `x${row}`;
}

function title(
  kind: string,
  layer: Layer,
  source: string,
  row: number,
  at: number,
  count: number,
): string {
  const unit = String(at);
  switch (kind) {
    case "signal":
      return t("picture.signal", { source });
    case "weight":
      return t("picture.weight", { source, unit });
    case "multiply":
      return t("picture.multiply", { source, unit });
    case "sum":
      return t(layer.biased ? "picture.sum.bias" : "picture.sum", { unit, n: layer.inputs });
    case "bias":
      return t("picture.bias", { unit });
    case "activation":
      return t("picture.neuron", { unit, what: range(layer.activation) });
    case "band":
      return influenceOf(row, count);
    default:
      return "";
  }
}
