/** An activation at one neuron: its formula, its slope, and the curve around the point. */
import { activations } from "../engine/activations.ts";

type Name = keyof typeof activations;

/** The formula in z, and the slope in z and a = f(z). `^` raises what follows. */
export const FORMULAS: Readonly<Record<Name, { readonly value: string; readonly slope: string }>> =
  {
    linear: { value: "z", slope: "1" },
    relu: { value: "max(0, z)", slope: "1 (z > 0), 0 (z ≤ 0)" },
    sigmoid: { value: "1 / (1 + e^−z)", slope: "a · (1 − a)" },
    tanh: { value: "tanh z", slope: "1 − a²" },
    softmax: { value: "e^z / Σ e^z", slope: "" },
    leaky_relu: { value: "max(0.2 · z, z)", slope: "1 (z ≥ 0), 0.2 (z < 0)" },
    elu: { value: "z (z > 0), e^z − 1 (z ≤ 0)", slope: "1 (z > 0), a + 1 (z ≤ 0)" },
    selu: {
      value: "1.0507 · z (z > 0), 1.7581 · (e^z − 1) (z ≤ 0)",
      slope: "1.0507 (z > 0), a + 1.7581 (z ≤ 0)",
    },
    gelu: { value: "z · Φ(z)", slope: "Φ(z) + z · φ(z)" },
    silu: { value: "z · σ(z)", slope: "σ(z) · (1 + z · (1 − σ(z)))" },
    mish: { value: "z · tanh(ln(1 + e^z))", slope: "" },
    softplus: { value: "ln(1 + e^z)", slope: "1 / (1 + e^−z)" },
    softsign: { value: "z / (1 + |z|)", slope: "1 / (1 + |z|)²" },
    hard_sigmoid: { value: "min(max(z / 6 + 0.5, 0), 1)", slope: "1 / 6 (−3 < z < 3), 0" },
    relu6: { value: "min(max(z, 0), 6)", slope: "1 (0 < z < 6), 0" },
    exponential: { value: "e^z", slope: "a" },
  };

/** Returns a formula with numbers in place of its letters; a negative one gets brackets where it needs them. */
export function filled(formula: string, letters: Readonly<Record<string, string>>): string {
  return formula.replace(
    /([(,|]\s?|^)?\b([a-z])\b/g,
    (whole, before: string | undefined, letter: string) => {
      const number = letters[letter];
      if (number === undefined) return whole;
      return (
        (before ?? "") + (number.startsWith("−") && before === undefined ? `(${number})` : number)
      );
    },
  );
}

/** Returns f at z, one unit of a row of sums; the other sums matter to softmax alone. */
function valueAt(name: Name, sums: Float32Array, unit: number, z: number): number {
  const row = sums.slice();
  row[unit] = z;
  const outputs = new Float32Array(row.length);
  activations[name].forward(row, outputs, row.length, row.length);
  return outputs[unit];
}

/** Returns the slope of a unit's output by its own sum. */
export function slopeAt(name: string, sums: Float32Array, unit: number): number {
  const outputs = new Float32Array(sums.length);
  const gradient = new Float32Array(sums.length);
  gradient[unit] = 1;
  activations[name as Name].forward(sums, outputs, sums.length, sums.length);
  activations[name as Name].backward(gradient, sums, outputs, sums.length, sums.length);
  return gradient[unit];
}

const POINTS = 97;

/** Returns points of the curve around a unit's sum, from left to right. */
export function curveOf(
  name: string,
  sums: Float32Array,
  unit: number,
): { readonly z: number; readonly a: number }[] {
  const reach = Math.max(4, 1.25 * Math.abs(sums[unit]));
  return Array.from({ length: POINTS }, (_, i) => {
    const z = (2 * reach * i) / (POINTS - 1) - reach;
    return { z, a: valueAt(name as Name, sums, unit, z) };
  });
}
