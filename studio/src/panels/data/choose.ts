/** What the panel changes: the project's choice of data, and nothing else. */
import { computed } from "@preact/signals";
import { load } from "../../data/datasets.ts";
import { tableOf } from "../../data/drawn.ts";
import type { DataChoice, Table } from "../../data/table.ts";
import { edit, project } from "../../state/store.ts";

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

/** The user's own tables of this visit, to go back to after a look at another dataset. */
const kept = new Map<string, Table>();

export const keptTable = (source: "drawn" | "csv"): Table | undefined =>
  choice.value.source === source ? choice.value.table : kept.get(source);

/** Takes another source, with nothing left out and its own target. */
export function pick(source: string, given?: Table): void {
  const now = choice.value;
  if (now.table) kept.set(now.source, now.table);
  const own = given ?? kept.get(source);
  const blank = tableOf({ curve: false, dots: [] });
  change({
    source,
    table: source === "drawn" ? (own ?? blank) : source === "csv" ? own : undefined,
    target: undefined,
    task: undefined,
    excluded: [],
  });
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
