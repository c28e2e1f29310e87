/** The row before the first brick: in the units of the table, and as the network takes it. */
import { hasCategories } from "../../../data/inputs.ts";
import { prepared } from "../../../state/store.ts";
import { short } from "../../../understand/numbers.ts";
import { t } from "../../../words/words.ts";
import { inputValue } from "../answer.ts";
import { Line } from "../formula.tsx";
import { InputName } from "../name.tsx";
import { row } from "../state.ts";
import { MOST_TERMS } from "../terms.tsx";

export function Inputs() {
  const data = prepared.value;
  const now = row.value;
  if (!data || !now) return null;
  const shown = data.inputs.slice(0, MOST_TERMS);
  const standardized = data.scales.some(({ mean, std }) => mean !== 0 || std !== 1);
  const categories = hasCategories(data.inputs);
  const how = standardized ? (categories ? ".mixed" : ".scaled") : "";
  return (
    <>
      <Line>{t(`understand.stage.inputs${how}`, { n: data.inputs.length })}</Line>
      <ul class="understand-terms inputs">
        {shown.map((name, input) => (
          <li key={name} class="understand-term">
            <InputName name={name} />
            <span class="value">{inputValue(data, input, now.x[input])}</span>
            {standardized && (
              <>
                <span class="equals">→</span>
                <span class="result">{short(now.x[input])}</span>
              </>
            )}
          </li>
        ))}
        {data.inputs.length > shown.length && (
          <li class="understand-term rest">
            <span class="name">
              {t("understand.rest", { n: data.inputs.length - shown.length })}
            </span>
          </li>
        )}
      </ul>
    </>
  );
}
