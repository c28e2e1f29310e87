/** Choice of the pitch of studs, so that a picture fits its page. */
import { caption } from "./captions.ts";
import type { LayerLevel } from "./choice.ts";
import type { Layer } from "./network.ts";
import { inputWidth, type Style } from "./pieces.ts";
import { span } from "./rows.ts";
import { sliceGap } from "./slices.ts";
import { SPECIFICATION } from "./specification.ts";

const { pitch: PITCH, pixels: PIXELS, sizes: SIZES } = SPECIFICATION;

/**
 * Returns the style in which a stack fills the width of its page. Weights are side by side if they can
 * be told apart, else in columns. Captions are beside their layers if there is room, else below: if
 * bricks have at least the pitch `least`, and no weights that need the room more.
 */
export function fitStyle(
  layers: readonly Layer[],
  chosen: readonly LayerLevel[],
  style: Style,
  most = PITCH.most,
  least = PITCH.least,
): Style {
  const slices = chosen.includes("synapses");
  let [tried, p] = [style, 0];
  for (const columns of slices ? [false, true] : [false]) {
    for (const beside of style.beside ? [true, false] : [false]) {
      tried = { ...style, columns, beside };
      p = pitchOf(layers, chosen, tried);
      const enough = slices
        ? columns
          ? PITCH.least
          : PITCH.leastSlices
        : beside
          ? least
          : PITCH.least;
      if (p >= enough) return { ...tried, p: Math.min(most, p) };
    }
  }
  return { ...tried, p: Math.min(most, Math.max(PITCH.least, p)) };
}

/** Returns the pitch at which a stack fills the page: layers centred, captions to their right. */
function pitchOf(layers: readonly Layer[], chosen: readonly LayerLevel[], style: Style): number {
  const spans = spansOf(layers, chosen, style);
  const room = style.page - 2 * PIXELS.margin - (style.columns ? nameWidth(style) : 0);
  const widest = Math.max(...spans);
  if (!style.beside) return room / widest;
  const notes = layers.map((layer, k) => caption(layer, chosen[k], 0).width + PIXELS.beside);
  return Math.min(...notes.map((note, k) => (room - note) / (widest / 2 + spans[k] / 2)));
}

/** Returns the width of the names of signals beside columns. */
function nameWidth(style: Style): number {
  return style.inputs.length ? Math.min(inputWidth(style), PIXELS.tagWords) + 4 : PIXELS.signals;
}

/** Returns the widths of the layers in pitches; a plate is as wide as the neurons below it. */
function spansOf(layers: readonly Layer[], chosen: readonly LayerLevel[], style: Style): number[] {
  const spans: number[] = [];
  layers.forEach((layer, k) => {
    const wide = width(layer, chosen[k], style);
    const on = k > 0 && chosen[k] === "plate" && layers[k - 1].outputs === layer.inputs;
    spans.push(on ? Math.max(wide, spans[k - 1]) : wide);
  });
  return spans;
}

function width({ inputs: n, outputs: u }: Layer, level: LayerLevel, style: Style): number {
  if (level !== "synapses") return Math.max(span(n), span(u));
  if (style.columns) return Math.max(n, u * (SIZES.column + SIZES.aisle));
  return u * n + (u - 1) * sliceGap(n);
}
