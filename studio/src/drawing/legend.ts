/** The legend of the colours, below a picture. */
import type { LayerLevel } from "./choice.ts";
import type { Layer } from "./network.ts";
import { plusMinus, type Style, sigma, timesSign } from "./pieces.ts";
import { line, type Piece, piece, rect, type Shape, text } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { textWidth } from "./text.ts";
import { word } from "./words.ts";

const {
  legendText: SIZE,
  legendSide: SIDE,
  legendGap: GAP,
  legendLine: LINE,
} = SPECIFICATION.pixels;

interface Entry {
  readonly width: number;
  readonly draw: (x: number, y: number) => Shape[];
}

/** Returns a legend for the colours in a picture, centred and wrapped to `width`. */
export function legend(
  layers: readonly Layer[],
  chosen: readonly LayerLevel[],
  style: Style,
  left: number,
  top: number,
  width: number,
): Piece {
  const lines: Entry[][] = [[]];
  let room = 0;
  for (const one of entries(layers, chosen, style)) {
    let last = lines[lines.length - 1];
    if (last.length && room + GAP + one.width > width) {
      last = [];
      lines.push(last);
      room = 0;
    }
    room += one.width + (last.length ? GAP : 0);
    last.push(one);
  }
  const shapes = lines.flatMap((entry, k) => {
    let x =
      left +
      (width - (entry.reduce((sum, one) => sum + one.width, 0) + GAP * (entry.length - 1))) / 2;
    return entry.flatMap((one) => {
      const drawn = one.draw(x, top + k * LINE);
      x += one.width + GAP;
      return drawn;
    });
  });
  return piece("legend", {}, shapes);
}

function entries(layers: readonly Layer[], chosen: readonly LayerLevel[], style: Style): Entry[] {
  const dense = layers.filter((layer) => layer.dense);
  if (!dense.length) return [];
  const known = dense.some((layer) => layer.kernel);
  const slices = chosen.includes("synapses");
  const open = slices || chosen.includes("lines");
  const found = [
    swatches(
      known ? SPECIFICATION.greens.map((_, k) => `s${k}`) : ["s3"],
      known ? `${word("weight")}, ${word("strength")}` : word("weight"),
    ),
  ];
  if (known && open)
    found.push(
      slices
        ? swatches(["s2"], word("negative"), (x, y) => plusMinus(x, y, 3.2, true))
        : dashed(word("negative")),
    );
  if (slices) found.push(swatches(["yellow"], word("multiply"), (x, y) => timesSign(x, y, 3.2)));
  if (open) found.push(swatches(["red"], word("sum"), (x, y) => sigma(x, y, 4)));
  if (
    style.bias &&
    layers.some((layer, k) => layer.biased && (chosen[k] === "synapses" || chosen[k] === "lines"))
  )
    found.push(swatches(["grey"], word("bias")));
  return [
    ...found,
    swatches(["blue"], word("activation")),
    swatches(["clear"], word("axon plate")),
  ];
}

function swatches(
  shades: readonly string[],
  label: string,
  sign?: (x: number, y: number) => Shape,
): Entry {
  const wide = SIDE * shades.length;
  return {
    width: wide + 5 + textWidth(label, SIZE),
    draw: (x, y) => [
      ...shades.map((shade, k) => rect(x + k * SIDE, y, SIDE, SIDE, `swatch ${shade}`, 1.5)),
      ...(sign ? [sign(x + SIDE / 2, y + SIDE / 2)] : []),
      text(x + wide + 5, y + SIDE - 2.6, label, SIZE, "soft"),
    ],
  };
}

function dashed(label: string): Entry {
  return {
    width: 2 * SIDE + 5 + textWidth(label, SIZE),
    draw: (x, y) => [
      line(
        [
          [
            [x, y + SIDE / 2],
            [x + 2 * SIDE, y + SIDE / 2],
          ],
        ],
        "swatch s2 dashed",
      ),
      text(x + 2 * SIDE + 5, y + SIDE - 2.6, label, SIZE, "soft"),
    ],
  };
}
