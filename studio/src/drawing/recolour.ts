/**
 * Colours bricks that are on the page by new weights. Elements are looked up once; a pass touches only
 * those whose look changed, so that it can run many times a second.
 */
import { influence, type Layer, scaleOf } from "./network.ts";
import { SPECIFICATION } from "./specification.ts";

const { greens: GREENS, weights: WEIGHTS } = SPECIFICATION;
const STEPS = GREENS.length;
const NEGATIVE = STEPS; // looks: a green, or a green and negative, or not a number
const NAN = 2 * STEPS;

/** Bricks of one layer whose colours follow the same numbers. */
class Pool {
  private readonly looks: Int8Array;

  /** `names`: the classes of each look; `at`: the index of each element's number. */
  constructor(
    private readonly elements: readonly Element[],
    private readonly names: readonly string[],
    private readonly at: Int32Array,
  ) {
    this.looks = Int8Array.from(elements, (element) =>
      names.indexOf(element.getAttribute("class") ?? ""),
    );
  }

  /** Colours the elements by numbers relative to `scale`; returns how many changed. */
  paint(numbers: ArrayLike<number>, scale: number, hysteresis: boolean): number {
    let changed = 0;
    for (let k = 0; k < this.elements.length; k++) {
      const number = numbers[this.at[k]];
      const look = lookOf(number / scale, hysteresis ? this.looks[k] : -1);
      if (look === this.looks[k]) continue;
      this.elements[k].setAttribute("class", this.names[look]);
      this.looks[k] = look;
      changed += 1;
    }
    return changed;
  }
}

/** Returns a look; one of before stays while the number is near its green, so that it does not flicker. */
function lookOf(strength: number, before: number): number {
  if (Number.isNaN(strength)) return NAN;
  const sign = strength < 0 ? NEGATIVE : 0;
  const level = Math.min(1, Math.abs(strength)) * STEPS;
  const step = before % STEPS;
  if (before >= 0 && before < NAN && Math.abs(level - step - 0.5) < WEIGHTS.hysteresis)
    return sign + step;
  return sign + Math.min(STEPS - 1, Math.floor(level));
}

/** Returns the classes of every look of a kind: "weight s0 pos" ... */
function looksOf(kind: string, signed: boolean): string[] {
  const signs = signed ? [" pos", " neg"] : ["", ""];
  return [
    ...signs.flatMap((sign) => GREENS.map((_, step) => `${kind} s${step}${sign}`)),
    `${kind} nan`,
  ];
}

const KIND = /^(weight strand many|weight strand|weight|band)\b/;

interface Coloured {
  readonly layer: Layer;
  readonly pool: Pool;
  readonly groups: readonly (readonly [number, number])[] | null; // of a band
  scale: number; // of its weights; 0 at first
}

export class Recolour {
  private readonly layers: readonly (Coloured | null)[];

  /** `root` holds a picture of these layers, each in an element with `data-index`. */
  constructor(root: Element, layers: readonly Layer[]) {
    this.layers = layers.map((layer, index) => {
      const drawn = root.querySelector(`[data-index="${index}"]`);
      const elements = [...(drawn?.querySelectorAll(".weight, .band") ?? [])];
      const kind = KIND.exec(elements[0]?.getAttribute("class") ?? "")?.[0];
      if (!kind) return null;
      const number = (element: Element, name: string) =>
        Number(element.getAttribute(`data-${name}`));
      if (kind === "band") {
        const groups = elements.map(
          (one) => [number(one, "row"), number(one, "row") + number(one, "count")] as const,
        );
        return {
          layer,
          pool: new Pool(elements, looksOf(kind, false), Int32Array.from(elements.keys())),
          groups,
          scale: 0,
        };
      }
      const at = Int32Array.from(
        elements,
        (one) => number(one, "row") * layer.outputs + number(one, "unit"),
      );
      return { layer, pool: new Pool(elements, looksOf(kind, true), at), groups: null, scale: 0 };
    });
  }

  /**
   * Colours the layers by their kernels; null leaves a layer as it is. `seconds` since the pass before
   * while it trains: a layer's scale follows its weights slowly. 0: colours are those of these weights
   * alone, whatever was before. Returns how many elements changed.
   */
  paint(kernels: readonly (Float32Array | null)[], seconds = 0): number {
    let changed = 0;
    for (const [index, one] of this.layers.entries()) {
      const kernel = kernels[index];
      if (!one || !kernel || kernel.length !== one.layer.synapses) continue;
      const hysteresis = seconds > 0;
      if (one.groups) {
        changed += one.pool.paint(
          influence({ ...one.layer, kernel }, one.groups),
          WEIGHTS.mostInfluence,
          hysteresis,
        );
        continue;
      }
      const scale = scaleOf(kernel);
      const share = one.scale && hysteresis ? 1 - Math.exp(-seconds / WEIGHTS.scaleSeconds) : 1;
      one.scale += (scale - one.scale) * share;
      changed += one.pool.paint(kernel, one.scale, hysteresis);
    }
    return changed;
  }
}
