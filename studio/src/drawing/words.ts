/** The texts in pictures, in the page's language; `generated/specification.json` has the vocabulary. */
import { language, t } from "../words/words.ts";
import { SPECIFICATION } from "./specification.ts";

/** Returns a word of the pictures' vocabulary: signal, weight, sum ... */
export function word(key: string): string {
  return SPECIFICATION.words[language.value][key];
}

/** Returns an activation and the range of its outputs. */
export function range(activation: string): string {
  const between = SPECIFICATION.ranges[language.value][activation];
  return between ? `${activation}: ${between}` : activation;
}

/** Returns the synapses of several layers, with their sum. */
export function total(counts: readonly number[]): string {
  const shown = counts.map(grouped);
  const terms = shown.length > 6 ? [...shown.slice(0, 4), "…", shown[shown.length - 1]] : shown;
  const sum = counts.reduce((a, b) => a + b, 0);
  return t("picture.total", { sum: `${terms.join(" + ")} = ${grouped(sum)}` });
}

/** Returns the parameter count as a sum. */
export function parameters(synapses: number, biases: number, others: number): string {
  const counts = [
    t("picture.synapses", { n: synapses }),
    ...(biases ? [t("picture.biases", { n: biases })] : []),
    ...(others ? [t("picture.others", { n: others })] : []),
  ];
  return t("picture.parameters", { terms: counts.join(" + "), n: synapses + biases + others });
}

/** Returns the title of a band: how strongly inputs are connected to the outputs. */
export function influenceOf(first: number, count: number): string {
  const which = count === 1 ? grouped(first) : `${grouped(first)}-${grouped(first + count - 1)}`;
  return t(count === 1 ? "picture.influence" : "picture.influences", { which });
}

export const grouped = (n: number) => n.toLocaleString("en-US");
