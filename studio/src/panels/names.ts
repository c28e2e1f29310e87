/** Names of built-in data in the language of the page; code and files keep the English ones. */
import { dataFault, prepared, project } from "../state/store.ts";
import { t } from "../words/words.ts";

/** Returns what the wall stands on, as its baseplate says it. */
export function shownDataName(): string {
  const { name } = project.value;
  if (prepared.value) return prepared.value.name;
  return dataFault.value ? t("data.unusable", { name }) : name;
}

/** Returns the name of a column, a class, or an input ("species = setosa") as it is shown. */
export function shownName(name: string): string {
  return name.split(" = ").map(translated).join(" = ");
}

function translated(name: string): string {
  const { source } = project.value.data;
  const key = `data.name.${source}.${name}`;
  const said = t(key);
  return said === key ? name : said; // a table of the user's own has its own names
}
