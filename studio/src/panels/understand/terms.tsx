/** The terms of a neuron, one line each: signal, weight, product, and backward their gradients. */
import { scaleOf, strengthClasses } from "../../drawing/network.ts";
import type { Passage } from "../../engine/explain.ts";
import { type Place, samePlace } from "../../understand/change.ts";
import type { Bias, Neuron, Term } from "../../understand/neuron.ts";
import { short } from "../../understand/numbers.ts";
import { t } from "../../words/words.ts";
import { hand, take } from "./hand.ts";
import { InputName } from "./name.tsx";
import { HandPart } from "./weight.tsx";

/** Terms that are shown one by one. */
export const MOST_TERMS = 8;

/** What is shown of each term. */
export type View = "products" | "sum" | "gradients" | "update";

/** A term, or the bias, which is the weight of a signal that is always 1. */
interface Entry {
  readonly name: string;
  readonly value: number;
  readonly weight: number;
  readonly product: number;
  readonly gradient: number | null;
  readonly updated: number;
  readonly place: Place;
}

const isHeld = (place: Place) => hand.value !== null && samePlace(hand.value, place);

/** A weight as a piece: the darker the stronger, with a minus sign where it is negative; a bias is grey. */
function Chip({
  value,
  scale,
  place,
  held,
}: {
  value: number;
  scale: number;
  place: Place;
  held?: boolean;
}) {
  const strength = Math.max(-1, Math.min(1, value / scale));
  const css = `understand-chip ${place.name === "bias" ? "bias" : strengthClasses(strength)}`;
  if (held === undefined) return <span class={css}>{short(value)}</span>;
  return (
    <button
      type="button"
      class={css}
      aria-pressed={held}
      title={t("understand.take")}
      aria-label={t("understand.take.value", { value: short(value) })}
      onClick={() => take(place)}
    >
      {short(value)}
    </button>
  );
}

function Cells({
  view,
  entry,
  scale,
  sumGradient,
}: {
  view: View;
  entry: Entry;
  scale: number;
  sumGradient: number;
}) {
  const { value, weight, product, gradient, updated, place } = entry;
  const chip = <Chip value={weight} scale={scale} place={place} held={isHeld(place)} />;
  const frozen = gradient === null && <span class="result hint">{t("understand.frozen")}</span>;
  if (view === "gradients")
    return (
      <>
        <span class="value">{short(value)}</span>
        <i class="understand-times">×</i>
        <span class="understand-sum small">{short(sumGradient)}</span>
        <span class="equals">=</span>
        {frozen || <span class="result">{short(gradient as number)}</span>}
      </>
    );
  if (view === "update")
    return (
      <>
        {chip}
        <span class="equals">→</span>
        <Chip value={updated} scale={scale} place={place} />
        {frozen || <span class="result">{short(updated - weight)}</span>}
      </>
    );
  return (
    <>
      <span class="value">{short(value)}</span>
      <i class="understand-times">×</i>
      {chip}
      <span class="equals">=</span>
      <span class="result">{short(product)}</span>
    </>
  );
}

const entryOfTerm = ({ input, ...term }: Term, name: string, place: Place): Entry => ({
  ...term,
  name,
  place,
});

const entryOfBias = ({ value, gradient, updated }: Bias, place: Place): Entry => ({
  name: t("understand.bias"),
  value: 1,
  weight: value,
  product: value,
  gradient,
  updated,
  place,
});

interface Props {
  readonly brick: number;
  readonly unit: number;
  readonly passage: Passage;
  readonly neuron: Neuron;
  readonly nameOf: (input: number) => string;
  readonly view: View;
}

export function Terms({ brick, unit, passage, neuron, nameOf, view }: Props) {
  const kernel = passage.weights.find(({ name }) => name === "kernel");
  const scale = kernel ? scaleOf(kernel.values) : 1;
  const units = passage.outputs.length;
  const { terms, rest, bias, sumGradient } = neuron;
  const entries = terms.map((term) =>
    entryOfTerm(term, nameOf(term.input), {
      brick,
      name: "kernel",
      index: term.input * units + unit,
    }),
  );
  if (bias && view !== "products")
    entries.push(entryOfBias(bias, { brick, name: "bias", index: unit }));
  return (
    <ul class={`understand-terms ${view}`}>
      {entries.map((entry) => (
        <li key={`${entry.place.name} ${entry.place.index}`}>
          <div class="understand-term">
            <InputName name={entry.name} />
            <Cells view={view} entry={entry} scale={scale} sumGradient={sumGradient} />
          </div>
          {isHeld(entry.place) && <HandPart />}
        </li>
      ))}
      {rest && (
        <li class="understand-term rest">
          <span class="name">{t("understand.rest", { n: rest.count })}</span>
          {(view === "products" || view === "sum") && <span class="result">{short(rest.sum)}</span>}
        </li>
      )}
    </ul>
  );
}
