/** The terms of a neuron and their sum; backward their gradients and what an update makes of them. */
import { useRef } from "preact/hooks";
import { prepared, project } from "../../../state/store.ts";
import { largest, type Neuron, neuronOf } from "../../../understand/neuron.ts";
import { short, sumOf } from "../../../understand/numbers.ts";
import { t } from "../../../words/words.ts";
import { Formula, Line } from "../formula.tsx";
import { hand } from "../hand.ts";
import { explained } from "../state.ts";
import { MOST_TERMS, Terms, type View } from "../terms.tsx";
import type { At } from "./at.ts";

/** Returns the name of a signal that goes into a brick. */
function signalName(brick: number, input: number): string {
  const below = explained.value?.passages[brick - 1];
  return below ? `${below.name} · ${input}` : (prepared.value?.inputs[input] ?? "");
}

/** Returns z as the sum of the terms that are shown, of the rest, and of the bias. */
function sumText({ terms, rest, bias, sum }: Neuron): string {
  const values = terms.map(({ product }) => product);
  if (rest) values.push(rest.sum);
  if (bias) values.push(bias.value);
  return `z = ${sumOf(values)} = ${short(sum)}`;
}

function Sum({ neuron }: { neuron: Neuron }) {
  return (
    <div class="understand-total">
      <i class="understand-sigma">Σ</i>
      <Formula text={sumText(neuron)} />
    </div>
  );
}

export function Products({ brick, unit, passage, view }: At & { view: View }) {
  const order = useRef<readonly number[]>([]);
  // A weight in the hand stays where it is, however large it becomes.
  if (hand.value?.brick !== brick || order.current.length === 0)
    order.current = largest(passage, unit, MOST_TERMS);
  const neuron = neuronOf(passage, unit, order.current);
  const nameOf = (input: number) => signalName(brick, input);
  return (
    <>
      <Line>{t(`understand.stage.${view}`, { optimizer: project.value.wall.optimizer.kind })}</Line>
      <Terms
        brick={brick}
        unit={unit}
        passage={passage}
        neuron={neuron}
        nameOf={nameOf}
        view={view}
      />
      {view === "sum" && <Sum neuron={neuron} />}
    </>
  );
}
