/** An activation: its curve with the point of the neuron; backward its slope there. */
import type { Passage } from "../../../engine/explain.ts";
import { project } from "../../../state/store.ts";
import { FORMULAS, filled, slopeAt } from "../../../understand/activation.ts";
import { bracketed, short } from "../../../understand/numbers.ts";
import { activationOf } from "../../../wall/shapes.ts";
import { t } from "../../../words/words.ts";
import { Curve } from "../curve.tsx";
import { Equation, Line } from "../formula.tsx";
import type { At } from "./at.ts";

/** The mean of the gradients, weighted by the shares of a softmax. */
const meanGradient = ({ outputs, gradients }: Passage) =>
  outputs.reduce((sum, output, i) => sum + output * gradients.outputs[i], 0);

export function Activation({ brick, unit, passage, backward }: At & { backward: boolean }) {
  const name = activationOf(project.value.wall.bricks[brick]) ?? "linear";
  const sums = passage.preactivations ?? passage.inputs;
  const { outputs, gradients } = passage;
  const [z, a] = [sums[unit], outputs[unit]];
  const numbers = { z: short(z), a: short(a) };
  const formula = FORMULAS[name as keyof typeof FORMULAS];
  const piecewise = /[<>≤≥]/.test(backward ? formula.slope : formula.value);
  const given = gradients.outputs[unit];
  const taken = (gradients.preactivations ?? gradients.inputs)[unit];
  if (!backward)
    return (
      <>
        <Line>
          {t(name === "softmax" ? "understand.stage.softmax" : "understand.stage.activation", {
            name,
          })}
        </Line>
        <Curve name={name} sums={sums} unit={unit} a={a} tangent={false} />
        <Equation
          left="a"
          symbols={formula.value}
          {...(!piecewise && name !== "softmax" && { numbers: filled(formula.value, numbers) })}
          value={a}
        />
      </>
    );
  const slope = slopeAt(name, sums, unit);
  return (
    <>
      <Line>
        {t(name === "softmax" ? "understand.stage.slope.softmax" : "understand.stage.slope", {
          name,
        })}
      </Line>
      <Curve name={name} sums={sums} unit={unit} a={a} tangent />
      {name === "softmax" ? (
        <Equation
          left="dL/dz"
          symbols="a · (dL/da − Σ a · dL/da)"
          numbers={`${short(a)} · (${short(given)} − ${bracketed(meanGradient(passage))})`}
          value={taken}
        />
      ) : (
        <>
          <Equation
            left="f′(z)"
            symbols={formula.slope || t("understand.slope.ofcurve")}
            {...(!piecewise && formula.slope && { numbers: filled(formula.slope, numbers) })}
            value={slope}
          />
          <Equation
            left="dL/dz"
            symbols="dL/da · f′(z)"
            numbers={`${short(given)} · ${bracketed(slope)}`}
            value={taken}
          />
        </>
      )}
      {slope === 0 && name !== "softmax" && <Line>{t("understand.stage.flat")}</Line>}
    </>
  );
}
