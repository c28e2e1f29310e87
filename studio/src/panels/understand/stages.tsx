/** What happens at each position: a sentence, the formula with its numbers, and the pieces that do it. */
import type { Passage } from "../../engine/explain.ts";
import type { Stage } from "../../understand/positions.ts";
import { t } from "../../words/words.ts";
import { Line } from "./formula.tsx";
import { Activation } from "./stages/activation.tsx";
import { Blame } from "./stages/blame.tsx";
import { Inputs } from "./stages/inputs.tsx";
import { Loss } from "./stages/loss.tsx";
import { Passing } from "./stages/passing.tsx";
import { Products } from "./stages/products.tsx";

/** Returns what is shown at a position, of the neuron that is looked at there. */
export function StageView({
  stage,
  brick,
  unit,
  passage,
}: {
  stage: Stage;
  brick: number | null;
  unit: number;
  passage: Passage | null;
}) {
  if (stage === "inputs") return <Inputs />;
  if (stage === "loss") return <Loss />;
  if (brick === null || !passage) return <Line>{t("understand.stage.untrained")}</Line>;
  const at = { brick, unit, passage };
  switch (stage) {
    case "activation":
    case "slope":
      return <Activation {...at} backward={stage === "slope"} />;
    case "passes":
    case "returns":
      return <Passing {...at} backward={stage === "returns"} />;
    case "blame":
      return <Blame {...at} />;
    default:
      return <Products key={`${brick} ${unit}`} {...at} view={stage} />;
  }
}
