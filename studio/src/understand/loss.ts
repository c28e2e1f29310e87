/** The formulas of a loss and of its derivative, with the numbers of one row. */
import { bracketed, type Formula, short } from "./numbers.ts";

const same = (text: string): Formula => ({ symbols: text, numbers: text });

/** Of crossentropies over classes: a is the share of the true class, and of all outputs. */
function ofClasses(outputs: Float32Array, target: Float32Array) {
  const index = target.length > 1 ? target.indexOf(1) : target[0];
  return { index, a: short(outputs[index]), total: short(outputs.reduce((sum, a) => sum + a, 0)) };
}

/**
 * Returns the formula for the outputs of a row and its target as the loss takes it. Of several
 * outputs it is that of the first, where the loss is a mean over all.
 */
export function lossFormula(loss: string, outputs: Float32Array, target: Float32Array): Formula {
  const [a, t] = [outputs[0], target[0]];
  const difference = `${short(a)} − ${bracketed(t)}`;
  switch (loss) {
    case "binary_crossentropy":
      return t > 0.5
        ? { symbols: "−ln a", numbers: `−ln ${short(a)}` }
        : { symbols: "−ln(1 − a)", numbers: `−ln(1 − ${short(a)})` };
    case "mean_squared_error":
      return { symbols: "(a − t)²", numbers: `(${difference})²` };
    case "mean_absolute_error":
      return { symbols: "|a − t|", numbers: `|${difference}|` };
    case "huber":
      return Math.abs(a - t) <= 1
        ? { symbols: "(a − t)² / 2", numbers: `(${difference})² / 2` }
        : { symbols: "|a − t| − 0.5", numbers: `|${difference}| − 0.5` };
    case "log_cosh":
      return { symbols: "ln cosh(a − t)", numbers: `ln cosh(${difference})` };
    case "poisson":
      return {
        symbols: "a − t · ln a",
        numbers: `${short(a)} − ${bracketed(t)} · ln ${short(a)}`,
      };
    case "hinge":
      return {
        symbols: "max(0, 1 − t · a)",
        numbers: `max(0, 1 − ${bracketed(signOf(t))} · ${bracketed(a)})`,
      };
    default: {
      const share = ofClasses(outputs, target);
      return { symbols: "−ln(a_true / Σ a)", numbers: `−ln(${share.a} / ${share.total})` };
    }
  }
}

/** A target of 0 counts as -1. */
const signOf = (t: number) => (t > 0 ? 1 : -1);

/** Returns the formula of the derivative by one output. */
export function derivativeFormula(
  loss: string,
  outputs: Float32Array,
  target: Float32Array,
  unit: number,
): Formula {
  const a = outputs[unit];
  const t = target[Math.min(unit, target.length - 1)];
  const difference = `${short(a)} − ${bracketed(t)}`;
  const mean = outputs.length > 1 ? ` / ${outputs.length}` : "";
  const whole = ({ symbols, numbers }: Formula): Formula => ({
    symbols: symbols + mean,
    numbers: numbers + mean,
  });
  switch (loss) {
    case "binary_crossentropy":
      return whole(
        t > 0.5
          ? { symbols: "−1 / a", numbers: `−1 / ${short(a)}` }
          : { symbols: "1 / (1 − a)", numbers: `1 / (1 − ${short(a)})` },
      );
    case "mean_squared_error":
      return whole({ symbols: "2 · (a − t)", numbers: `2 · (${difference})` });
    case "huber":
      return whole(
        Math.abs(a - t) <= 1
          ? { symbols: "(a − t)", numbers: `(${difference})` }
          : same(a > t ? "1" : "−1"),
      );
    case "mean_absolute_error":
      return whole(same(a >= t ? "1" : "−1"));
    case "log_cosh":
      return whole({ symbols: "tanh(a − t)", numbers: `tanh(${difference})` });
    case "poisson":
      return whole({ symbols: "1 − t / a", numbers: `1 − ${bracketed(t)} / ${short(a)}` });
    case "hinge":
      return whole(
        signOf(t) * a < 1 ? { symbols: "−t", numbers: `−${bracketed(signOf(t))}` } : same("0"),
      );
    default: {
      const share = ofClasses(outputs, target);
      if (unit !== share.index) return { symbols: "1 / Σ a", numbers: `1 / ${share.total}` };
      return {
        symbols: "1 / Σ a − 1 / a_true",
        numbers: `1 / ${share.total} − 1 / ${share.a}`,
      };
    }
  }
}
