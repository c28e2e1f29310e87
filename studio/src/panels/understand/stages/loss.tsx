/** The loss of the row: outputs, what is true, and the formula. */

import { prepared, project } from "../../../state/store.ts";
import { lossFormula } from "../../../understand/loss.ts";
import { short } from "../../../understand/numbers.ts";
import { t } from "../../../words/words.ts";
import { shownName } from "../../names.ts";
import { truthOf } from "../answer.ts";
import { Equation, Line } from "../formula.tsx";
import { explained, row } from "../state.ts";

/** Outputs that are listed, the largest first. */
const MOST_OUTPUTS = 10;

export function Loss() {
  const data = prepared.value;
  const now = row.value;
  const passed = explained.value;
  if (!data || !now || !passed) return null;
  const { outputs, target, loss } = passed;
  const name = project.value.wall.loss;
  const { symbols, numbers } = lossFormula(name, outputs, target);
  const ofClasses = name.includes("categorical");
  const shown = Array.from(outputs, (_, i) => i)
    .sort((a, b) => outputs[b] - outputs[a])
    .slice(0, MOST_OUTPUTS);
  const penalized = project.value.wall.bricks.some(
    ({ config }) => config.kernel_regularizer || config.bias_regularizer,
  );
  return (
    <>
      <Line>{t("understand.stage.loss", { loss: name })}</Line>
      {outputs.length > 1 && (
        <ul class="understand-outputs">
          {shown.map((i) => (
            <li key={data.classes[i] ?? i} class={i === now.y ? "true" : ""}>
              <span class="name">{data.classes[i] && shownName(data.classes[i])}</span>
              <span class="track">
                <i style={{ width: `${100 * Math.max(0, Math.min(1, outputs[i]))}%` }} />
              </span>
              <span class="result">{short(outputs[i])}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="hint">
        {ofClasses
          ? t("understand.stage.loss.true", { truth: truthOf(data, now.y) })
          : t("understand.stage.loss.letters", {
              truth: truthOf(data, now.y),
              t: short(target[0]),
            })}
      </p>
      <Equation left="L" symbols={symbols} numbers={numbers} value={loss} />
      {outputs.length > 1 && !ofClasses && <p class="hint">{t("understand.stage.loss.mean")}</p>}
      {penalized && <p class="hint">{t("understand.stage.loss.penalty")}</p>}
    </>
  );
}
