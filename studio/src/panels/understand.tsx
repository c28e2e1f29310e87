/** The panel that explains: one row on its way through the bricks, and why it gets its answer. */
import { fits, prepared, snapshot } from "../state/store.ts";
import { t } from "../words/words.ts";
import { RowPart } from "./understand/row.tsx";
import { explained } from "./understand/state.ts";
import { StepperPart } from "./understand/stepper.tsx";
import { WhyPart } from "./understand/why.tsx";
import "./understand.css";

export function UnderstandPanel() {
  if (!prepared.value || !fits.value)
    return <p class="understand-empty hint">{t("understand.empty")}</p>;
  if (!snapshot.value || !explained.value)
    return <p class="understand-empty hint">{t("understand.waiting")}</p>;
  return (
    <div class="understand">
      <RowPart />
      <StepperPart />
      <WhyPart />
    </div>
  );
}
