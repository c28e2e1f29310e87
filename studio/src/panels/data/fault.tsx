/** Why the data that were chosen can't be used, with what helps: said wherever they are missed. */
import { dataFault, dataProblem, isUnfinished } from "../../state/store.ts";
import { show, shownPanels } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { choice } from "./choose.ts";
import { chooseFile } from "./file.tsx";

/** Faults of the column to learn, or of those that it is learned from. */
const OF_COLUMNS = /^data\.refused\.(?:target|noinputs|rowsleft|alldropped|inputs$|numbers)/;

function showColumns(): void {
  show("data");
  requestAnimationFrame(() => document.getElementById("data-target")?.focus());
}

function Mend() {
  const { source, table } = choice.value;
  if (source === "csv" && !table)
    return (
      <button type="button" class="button" onClick={() => void chooseFile()}>
        {t("data.mend.file")}
      </button>
    );
  const isOfColumns = OF_COLUMNS.test(dataFault.value?.key ?? "");
  if (!isOfColumns && shownPanels.value.includes("data")) return null;
  return (
    <button type="button" class="button" onClick={isOfColumns ? showColumns : () => show("data")}>
      {t(isOfColumns ? "data.mend.column" : "data.mend.panel")}
    </button>
  );
}

export function DataFault({ class: css }: { class: string }) {
  if (!dataProblem.value) return null;
  return (
    <div class={`${css} ${isUnfinished.value ? "unfinished" : ""}`}>
      <p>{dataProblem.value}</p>
      <Mend />
    </div>
  );
}
