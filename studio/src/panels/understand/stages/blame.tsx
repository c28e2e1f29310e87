/** Backward: what the gradient of a neuron's output is made of. */
import { project } from "../../../state/store.ts";
import { derivativeFormula } from "../../../understand/loss.ts";
import { blameOf } from "../../../understand/neuron.ts";
import { short } from "../../../understand/numbers.ts";
import { t } from "../../../words/words.ts";
import { Equation, Line } from "../formula.tsx";
import { explained } from "../state.ts";
import { MOST_TERMS } from "../terms.tsx";
import type { At } from "./at.ts";

export function Blame({ brick, unit, passage }: At) {
  const above = explained.value?.passages[brick + 1];
  const gradient = passage.gradients.outputs[unit];
  const all = above ? blameOf(above, unit) : [];
  const shown = all.slice(0, MOST_TERMS);
  const rest = all.slice(MOST_TERMS).reduce((sum, { product }) => sum + product, 0);
  const from = above ? (all.length ? "above" : "passed") : "loss";
  const passed = explained.value;
  const formula =
    !above && passed
      ? derivativeFormula(project.value.wall.loss, passed.outputs, passed.target, unit)
      : { symbols: all.length ? "Σ w · dL/dz" : "dL/dx" };
  return (
    <>
      <Line>{t(`understand.stage.blame.${from}`, { name: above?.name ?? "" })}</Line>
      {shown.length > 0 && (
        <ul class="understand-terms gradients">
          {shown.map((one) => (
            <li key={one.unit} class="understand-term">
              <span class="name">
                {above?.name} · {one.unit}
              </span>
              <span class="value">{short(one.weight)}</span>
              <i class="understand-times">×</i>
              <span class="understand-sum small">{short(one.gradient)}</span>
              <span class="equals">=</span>
              <span class="result">{short(one.product)}</span>
            </li>
          ))}
          {all.length > shown.length && (
            <li class="understand-term rest">
              <span class="name">{t("understand.rest", { n: all.length - shown.length })}</span>
              <span class="result">{short(rest)}</span>
            </li>
          )}
        </ul>
      )}
      <Equation left="dL/da" {...formula} value={gradient} />
    </>
  );
}
