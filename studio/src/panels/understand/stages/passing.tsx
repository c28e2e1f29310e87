/** A brick that is no Dense: what goes in at one place, and what comes out. */
import { project } from "../../../state/store.ts";
import { batchNormFormula } from "../../../understand/normalization.ts";
import { short } from "../../../understand/numbers.ts";
import { t } from "../../../words/words.ts";
import { Equation, Formula, Line } from "../formula.tsx";
import { Activation } from "./activation.tsx";
import type { At } from "./at.ts";

export function Passing({ brick, unit, passage, backward }: At & { backward: boolean }) {
  const { kind, config } = project.value.wall.bricks[brick];
  if (kind === "Activation")
    return <Activation brick={brick} unit={unit} passage={passage} backward={backward} />;
  const { inputs, outputs, gradients, weights } = passage;
  if (backward)
    return (
      <>
        <Line>{t("understand.stage.returns")}</Line>
        <Passed
          from="dL/da"
          given={gradients.outputs[unit]}
          to="dL/dx"
          taken={gradients.inputs[unit]}
        />
      </>
    );
  return (
    <>
      <Line>{t(`understand.stage.${kind}`)}</Line>
      <Passed from="x" given={inputs[unit]} to="a" taken={outputs[unit]} />
      {kind === "BatchNormalization" && (
        <Equation
          left="a"
          {...batchNormFormula(config, weights, inputs[unit], unit)}
          value={outputs[unit]}
        />
      )}
    </>
  );
}

function Passed({
  from,
  given,
  to,
  taken,
}: {
  from: string;
  given: number;
  to: string;
  taken: number;
}) {
  return (
    <div class="understand-equation">
      <Formula text={`${from} = ${short(given)}  →  ${to} = ${short(taken)}`} />
    </div>
  );
}
