/** Which row of the user's table is looked at, and a search for another. */
import { useState } from "preact/hooks";
import { cellOf, type Prepared, type Table } from "../../data/table.ts";
import { findRow, namingColumns } from "../../understand/origin.ts";
import { t } from "../../words/words.ts";
import { choice, table } from "../data/choose.ts";
import { shownName } from "../names.ts";
import { chosenRows, pick, picked } from "./state.ts";

/** Columns that are named. */
const MOST_NAMED = 2;

export function Origin({ data }: { data: Prepared }) {
  const own = choice.value.source === "csv" ? table.value : null;
  const chosen = chosenRows.value;
  // While other data are loaded, the table is already theirs.
  if (!own || !chosen || own.name !== data.name) return null;
  const origins = data.origins[chosen.set];
  const row = origins[Math.min(picked.value.index, origins.length - 1)];
  const columns = namingColumns(own, data);
  const named = columns
    .slice(0, MOST_NAMED)
    .map((column) => `${shownName(column.name)} ${cellOf(column, row) || "–"}`);
  const where = t("understand.origin", { row: row + 1, table: shownName(own.name) });
  const values = named.join(" · ");
  return (
    <div class="understand-origin">
      <p class="hint" title={`${where} · ${values}`}>
        <span>{where}</span>
        {values && <span>{values}</span>}
      </p>
      <Find data={data} own={own} row={row} />
    </div>
  );
}

function Find({ data, own, row }: { data: Prepared; own: Table; row: number }) {
  const [said, setSaid] = useState("");
  const columns = namingColumns(own, data);
  const find = (text: string) => {
    const found = findRow(own.rows, columns, text, row);
    const places = { validation: -1, training: -1 };
    if (found !== null) {
      places.validation = data.origins.validation.indexOf(found);
      places.training = data.origins.training.indexOf(found);
    }
    const set = places.validation >= 0 ? "validation" : "training";
    if (places[set] >= 0) pick(set, places[set]);
    if (found === null) setSaid(text.trim() && t("understand.find.none", { text: text.trim() }));
    else setSaid(places[set] < 0 ? t("understand.find.unused", { row: found + 1 }) : "");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find(String(new FormData(event.currentTarget).get("text")));
      }}
    >
      <label class="visually-hidden" for="understand-find">
        {t("understand.find")}
      </label>
      <input
        id="understand-find"
        name="text"
        type="search"
        class="input"
        autocomplete="off"
        placeholder={
          columns.length
            ? t("understand.find.hint", { column: shownName(columns[0].name) })
            : t("understand.find.number")
        }
        onInput={() => setSaid("")}
      />
      <button type="submit" class="button">
        {t("understand.find")}
      </button>
      <p class="hint" role="status">
        {said}
      </p>
    </form>
  );
}
