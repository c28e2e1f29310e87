/** A CSV file of the user's, chosen or dropped. */
import { signal } from "@preact/signals";
import { checkSize, readCsv } from "../../data/csv.ts";
import { DataError } from "../../data/errors.ts";
import type { DataChoice } from "../../data/table.ts";
import { t } from "../../words/words.ts";
import { choice, keptTable, pick } from "./choose.ts";

const reading = signal<string | null>(null);
/** It is shown until other data are chosen. */
const problem = signal<{ file: string; error: DataError; during: DataChoice } | null>(null);
const over = signal(false);

/** Reads a file and takes its table; one that can't be read is said, and changes nothing. */
export async function openTable(file: File): Promise<void> {
  problem.value = null;
  reading.value = file.name;
  try {
    checkSize(file.size);
    const bytes = await bytesOf(file);
    await new Promise((shown) => setTimeout(shown)); // "Reading ..." is to be seen
    pick("csv", readCsv(bytes, file.name));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    problem.value = { file: file.name, error, during: choice.value };
  } finally {
    reading.value = null;
  }
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new DataError("data.refused.unreadable");
  }
}

/** Handlers that make an element take files that are dropped on it. */
export const dropping = {
  onDragOver: (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over.value = true;
  },
  onDragLeave: () => {
    over.value = false;
  },
  onDrop: (event: DragEvent) => {
    over.value = false;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void openTable(file);
  },
};

export function FileTile() {
  const label = keptTable("csv") ? t("data.file.other") : t("data.file.choose");
  return (
    <label class={`data-drop ${over.value ? "data-over" : ""}`}>
      <span>{reading.value ? t("data.file.reading", { file: reading.value }) : label}</span>
      <span class="hint">{t("data.file.drop")}</span>
      <input
        type="file"
        class="visually-hidden"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) void openTable(file);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
    </label>
  );
}

export function FileProblem() {
  if (problem.value?.during !== choice.value) return null;
  const { file, error } = problem.value;
  return (
    <p class="data-fault" role="alert">
      <strong>{file}</strong> {t(error.key, error.values)}
    </p>
  );
}
