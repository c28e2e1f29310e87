/** What the panel changes: the project's choice of data, and nothing else. */
import { computed } from "@preact/signals";
import { load, noiseOf } from "../../data/datasets.ts";
import { tableOf } from "../../data/drawn.ts";
import type { DataChoice, Table } from "../../data/table.ts";
import { edit, firstProject, project } from "../../state/store.ts";

export const choice = computed(() => project.value.data);

/** The table of the choice; null where there is none yet. */
export const table = computed<Table | null>(() => {
  try {
    return load(choice.value);
  } catch {
    return null; // the store says why
  }
});

/** Changes a part of the choice; those in a row for the same reason are one step of undo. */
export function change(part: Partial<DataChoice>, reason = ""): void {
  edit({ data: { ...choice.value, ...part } }, reason && `data ${reason}`);
}

/** What a project is called that nobody has named: as its data. */
const nameOf = ({ source, table }: DataChoice) => (source === "csv" && table ? table.name : source);

/** Returns the name for other data: that of the data, unless a lesson, a file or the user gave one. */
function renamed(next: DataChoice): string {
  const { name, data } = project.value;
  const isNamed = name !== nameOf(data) && name !== firstProject().name;
  return isNamed ? name : nameOf(next);
}

/** The user's own tables of this visit, to go back to after a look at another dataset. */
const kept = new Map<string, Table>();

export const keptTable = (source: "drawn" | "csv"): Table | undefined =>
  choice.value.source === source ? choice.value.table : kept.get(source);

/** Takes another source, with nothing left out, its own target, and what is missing filled in. */
export function pick(source: string, given?: Table): void {
  const now = choice.value;
  if (now.table) kept.set(now.source, now.table);
  const own = given ?? kept.get(source);
  const blank = tableOf({ curve: false, dots: [] });
  const next: DataChoice = {
    ...now,
    source,
    table: source === "drawn" ? (own ?? blank) : source === "csv" ? own : undefined,
    target: undefined,
    task: undefined,
    excluded: [],
    missing: "mean",
    // What the user set stays; what nobody set follows the data.
    noise: now.noise === noiseOf(now.source) ? noiseOf(source) : now.noise,
  };
  edit({ data: next, name: renamed(next) });
}

/** Takes a column as an input, or leaves it out. */
export function include(name: string, included: boolean): void {
  const others = choice.value.excluded.filter((one) => one !== name);
  change({ excluded: included ? others : [...others, name] });
}

/** Learns a column, which is then no longer left out. */
export function learn(name: string): void {
  const excluded = choice.value.excluded.filter((one) => one !== name);
  change({ target: name, task: undefined, excluded });
}
