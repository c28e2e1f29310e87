/** A file of the user's, chosen or dropped: a table, or anything else that the page opens. */
import { signal } from "@preact/signals";
import type { DataChoice } from "../../data/table.ts";
import { OPENED } from "../../files/kind.ts";
import { openFile } from "../../files/save.ts";
import { t } from "../../words/words.ts";
import { bring, whyNot } from "../export/bring.ts";
import { say } from "../toast.tsx";
import { choice, keptTable } from "./choose.ts";

const reading = signal<string | null>(null);
/** It is shown until other data are chosen. */
const problem = signal<{ file: string; error: unknown; during: DataChoice } | null>(null);
const over = signal(false);

/** Opens a file; one that can't be opened is said, and changes nothing. */
async function open(file: File): Promise<void> {
  problem.value = null;
  reading.value = file.name;
  try {
    await new Promise((shown) => setTimeout(shown)); // "Reading ..." is to be seen
    say(...(await bring(file)));
  } catch (error) {
    problem.value = { file: file.name, error, during: choice.value };
  } finally {
    reading.value = null;
  }
}

/** Asks for a file, and opens it. */
export async function chooseFile(): Promise<void> {
  const file = await openFile(OPENED);
  if (file) await open(file);
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
    void open(file);
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
        accept={`${OPENED},text/csv,text/plain`}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) void open(file);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
    </label>
  );
}

export function FileProblem() {
  if (problem.value?.during !== choice.value) return null;
  const { file, error } = problem.value;
  const why = whyNot(error);
  return (
    <p class="data-fault" role="alert">
      {!why.includes(file) && <strong>{file}</strong>} {why}
    </p>
  );
}
