/** A stack of layers from the bottom up, with its labels: the picture that is taken home. */

import { t } from "../words/words.ts";
import { caption, listBelow, placeBeside } from "./captions.ts";
import { choose, type LayerLevel, type Level } from "./choice.ts";
import { fitStyle } from "./fit.ts";
import { legend } from "./legend.ts";
import { bricks, lines, plate } from "./levels.ts";
import { kindAndNote, type Layer } from "./network.ts";
import { type Draw, type Drawn, guides } from "./parts.ts";
import { arrow, type Style } from "./pieces.ts";
import type { Row } from "./rows.ts";
import { around, bounds, type Shape, type Text, text } from "./shapes.ts";
import { synapses } from "./slices.ts";
import { SPECIFICATION } from "./specification.ts";
import { addTitles } from "./titles.ts";
import { parameters, range, total } from "./words.ts";

const { pixels: PIXELS, sizes: SIZES } = SPECIFICATION;
const DRAW: Readonly<Record<LayerLevel, Draw>> = { synapses, lines, bricks, plate };

export interface Options {
  readonly name: string; // of the network
  readonly inputs: readonly string[]; // names of its inputs; empty if not known
  readonly page: number; // width in pixels for which it is laid out
  readonly bias: boolean;
  readonly apart: boolean; // whether layers are drawn apart
}

/** A whole picture. */
export interface Scene {
  readonly parts: Shape[];
  readonly title: string;
  readonly description: string;
}

/** Draws a layer at a level, with titles, from `base` upward on the given sockets. */
export function drawLayer(
  layer: Layer,
  index: number,
  level: LayerLevel,
  sockets: Row | null,
  base: number,
  style: Style,
): Drawn {
  const drawn = DRAW[level](layer, index, sockets, base, style, index ? "" : "x");
  addTitles(drawn.piece, layer, index === 0, style.inputs);
  return drawn;
}

/** Returns the picture of a network. Throws a `RangeError` for a level that cannot be drawn. */
export function sceneOf(layers: readonly Layer[], level: Level, options: Options): Scene {
  const chosen = choose(layers, level);
  const { inputs, page, bias } = options;
  const style = fitStyle(layers, chosen, {
    p: SPECIFICATION.pitch.most,
    page,
    bias,
    columns: false,
    beside: true,
    inputs,
    live: false,
  });
  const drawn: Drawn[] = [];
  const between: Shape[] = [];
  let [base, studs] = [0, null as Row | null];
  for (const [k, layer] of layers.entries()) {
    if (options.apart && studs) {
      const stud = base;
      base -= SIZES.apart * style.p;
      between.push(guides(studs, stud, base));
    }
    const one = drawLayer(layer, k, chosen[k], studs, base, style);
    drawn.push(one);
    ({ top: base, studs } = one);
  }
  return {
    parts: withLabels(layers, chosen, drawn, between, style),
    title: titleOf(layers, options.name),
    description: description(layers),
  };
}

/** Adds captions, arrows, counts and legend. */
function withLabels(
  layers: readonly Layer[],
  chosen: readonly LayerLevel[],
  drawn: readonly Drawn[],
  between: readonly Shape[],
  style: Style,
): Shape[] {
  const [first, last] = [drawn[0], drawn[drawn.length - 1]];
  const notes = layers.map((layer, k) => caption(layer, chosen[k], drawn[k].anchor[1]));
  const shapes: Shape[] = [
    ...between,
    // Upper layers first, so that studs are visible in the sockets above them.
    ...drawn.map((one) => one.piece).reverse(),
    ...ends(first, last, style),
  ];
  if (style.beside) {
    // Weights and multiplications are inside the bounds of signals and sums.
    const taken = drawn
      .flatMap((one) => one.piece.parts)
      .filter((part) => part.shape === "piece" && !/^(weight|multiply)/.test(part.css))
      .map(bounds);
    taken.push(...shapes.filter((shape) => shape.shape === "text").map(bounds));
    shapes.push(
      ...placeBeside(
        notes,
        taken,
        drawn.map((one) => one.anchor[0]),
      ),
    );
  }
  shapes.push(...totals(layers, first.sockets.centre, around(shapes)[3]));
  const widest = style.page - 2 * PIXELS.margin;
  if (!style.beside) {
    const [left, , right, bottom] = around(shapes);
    const wide = Math.max(right - left, widest);
    shapes.push(
      ...listBelow(notes, (left + right - wide) / 2, bottom + 1.6 * PIXELS.leading, wide),
    );
  }
  const [left, , right, bottom] = around(shapes);
  const wide = Math.min(Math.max(right - left, PIXELS.legend), widest);
  shapes.push(
    legend(layers, chosen, style, (left + right - wide) / 2, bottom + PIXELS.leading, wide),
  );
  return shapes;
}

/** Writes the synapses of all layers if there are several, and the parameter count, below a picture. */
export function totals(layers: readonly Layer[], middle: number, below: number): Text[] {
  const dense = layers.filter((layer) => layer.dense);
  const texts: string[] = [];
  if (dense.length > 1) texts.push(total(dense.map((layer) => layer.synapses)));
  const synapses = dense.reduce((sum, layer) => sum + layer.synapses, 0);
  const biases = dense.reduce((sum, layer) => sum + (layer.biased ? layer.outputs : 0), 0);
  const others = layers.reduce((sum, layer) => sum + layer.parameters, 0) - synapses - biases;
  if (dense.length && (biases || others > 0)) texts.push(parameters(synapses, biases, others));
  return texts.map((content, k) => {
    const y = below + PIXELS.leading * (k + 1);
    return text(middle, y, content, PIXELS.text, k ? "soft" : "", "middle", k === 0);
  });
}

/** Draws arrows and counts of the inputs below and the outputs above. */
function ends(first: Drawn, last: Drawn, style: Style): Shape[] {
  const { arrow: length, text: size } = PIXELS;
  const up = 0.35 * style.p;
  const [bottom, top] = [first.base, last.top];
  return [
    ...first.sockets.drawn.map((x) => arrow(x, bottom + length + 4, length)),
    text(
      first.sockets.centre,
      bottom + length + 18,
      t("picture.inputs", { n: first.sockets.n }),
      size,
      "",
      "middle",
    ),
    ...last.studs.drawn.map((x) => arrow(x, top - up, length)),
    text(
      last.studs.centre,
      top - up - length - 6,
      t("picture.outputs", { n: last.studs.n }),
      size,
      "",
      "middle",
    ),
  ];
}

function titleOf(layers: readonly Layer[], name: string): string {
  const synapses = layers.reduce((sum, layer) => sum + layer.synapses, 0);
  const counts = [
    t("picture.inputs", { n: layers[0].inputs }),
    t("picture.outputs", { n: layers[layers.length - 1].outputs }),
    t("picture.synapses", { n: synapses }),
  ];
  return `${t("picture.heading", { name })}: ${counts.join(", ")}`;
}

/** Describes each layer with its counts, from the inputs up. */
function description(layers: readonly Layer[]): string {
  const sentences = layers.map((layer) => {
    const { name, inputs, outputs } = layer;
    return [
      `${name} (${kindAndNote(layer)})`,
      t("picture.inputs", { n: inputs }),
      t("picture.outputs", { n: outputs }),
      ...(layer.dense ? [t("picture.product", { inputs, outputs, n: inputs * outputs })] : []),
      ...(layer.activation === "linear" ? [] : [range(layer.activation)]),
    ].join(", ");
  });
  return `${t("picture.layers", { n: layers.length })}. ${sentences.join("; ")}.`;
}
