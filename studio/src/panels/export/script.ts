/** The wall as Python: a script, and the same as a notebook. */
import { predictComment } from "../../code/predict.ts";
import { writeCode } from "../../code/write.ts";
import { type Section, writeNotebook } from "../../files/notebook.ts";
import { prepared, project } from "../../state/store.ts";
import { t } from "../../words/words.ts";

export const script = (): string =>
  writeCode(project.value, prepared.value, { form: "script", imports: "keras" }).text;

export const notebook = (): string =>
  writeNotebook(project.value.name, t("take.notebook.text"), sectionsOf(script()));

/** Returns a script in sections: the data, the network, its training. */
function sectionsOf(code: string): Section[] {
  const asked = code.indexOf(`${predictComment()}\n`);
  const starts = [0, code.search(/^model = /m), code.search(/^model\.compile\(/m)];
  if (asked > 0) starts.push(asked);
  return ["data", "network", "training", "predict"].slice(0, starts.length).map((name, i) => ({
    title: t(`take.notebook.${name}`),
    text: "",
    code: code.slice(starts[i], starts[i + 1]),
  }));
}
