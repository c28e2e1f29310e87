/** Names of built-in data in the language of the page; code and files keep the English ones. */
import type { DataChoice } from "../data/table.ts";
import { GUIDED } from "../lessons/guided.ts";
import { dataFault, isUnfinished, prepared, project } from "../state/store.ts";
import { t } from "../words/words.ts";

/** Returns what the wall stands on, as its baseplate says it. */
export function shownDataName(): string {
  const { name } = project.value;
  if (prepared.value) return shownName(prepared.value.name);
  return dataFault.value && !isUnfinished.value ? t("data.unusable", { name }) : name;
}

/** Tables of lessons travel as files do, and have names in both languages as built-in data has; with the target of each. */
const OF_LESSONS: ReadonlyMap<string, string> = new Map(
  GUIDED.flatMap(({ start: { data } }) =>
    data.table?.target ? [[data.table.name, data.table.target] as const] : [],
  ),
);

/** Returns how words call a source: the user's own tables are "csv", those of lessons have names. */
export function sourceKey({ source, table }: DataChoice): string {
  // A file of the same name was read in some format.
  const target = table && !table.format ? OF_LESSONS.get(table.name) : undefined;
  return source === "csv" && table && target && target === table.target ? table.name : source;
}

/** Returns the name of a column, a class, or an input ("species = setosa") as it is shown. */
export function shownName(name: string): string {
  return name.split(" = ").map(translated).join(" = ");
}

function translated(name: string): string {
  const key = `data.name.${sourceKey(project.value.data)}.${name}`;
  const said = t(key);
  return said === key ? name : said; // a table of the user's own has its own names
}
