/** The panel that explains: one row on its way through the bricks, and why it gets its answer. */
import { dataProblem, fits, prepared, snapshot } from "../state/store.ts";
import { t } from "../words/words.ts";
import { DataFault } from "./data/fault.tsx";
import { RowPart } from "./understand/row.tsx";
import { explained } from "./understand/state.ts";
import { StepperPart } from "./understand/stepper.tsx";
import { WhyPart } from "./understand/why.tsx";
import "./understand.css";

export function UnderstandPanel() {
  if (!prepared.value || !fits.value)
    return (
      <div class="understand-empty hint">
        {dataProblem.value ? <DataFault class="train-fault" /> : t("understand.empty")}
      </div>
    );
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
