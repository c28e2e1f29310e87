/** The table itself: its first rows, and of each column what it holds and what becomes of it. */

import { useSignal } from "@preact/signals";
import { profile, usable } from "../../data/kinds.ts";
import type { Column, Table } from "../../data/table.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { say } from "../toast.tsx";
import { choice, include, learn } from "./choose.ts";
import { Histogram } from "./histogram.tsx";

const ROWS = 8;
const COLUMNS = 12;

function cellOf({ values }: Column, row: number): string {
  const value = values[row];
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "";
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6))); // ids are whole
}

function Head({ column, target, picture }: { column: Column; target: boolean; picture: boolean }) {
  const { name } = column;
  const shown = shownName(name);
  const { kind, missing, counts } = profile(column);
  const used = !choice.value.excluded.includes(name);
  const good = usable(column) || picture;
  return (
    <th scope="col" class={target ? "data-target" : used && good ? "" : "data-unused"}>
      <span class="data-name" title={shown}>
        {!target && good && (
          <input
            type="checkbox"
            checked={used}
            aria-label={t("data.preview.use", { column: shown })}
            onChange={(event) => include(name, event.currentTarget.checked)}
          />
        )}
        <span>{shown}</span>
      </span>
      <span class="data-kind">
        {t(`data.kind.${picture ? "number" : kind}`, { count: counts.size })}
      </span>
      {missing > 0 && (
        <span class="data-gaps">{t("data.preview.missing", { count: missing })}</span>
      )}
      <Histogram column={column} />
      {target ? (
        <span class="data-learned">{t("data.preview.learned")}</span>
      ) : (
        good && (
          <button
            type="button"
            class="data-learn"
            aria-label={t("data.preview.learn.label", { column: shown })}
            onClick={() => {
              learn(name);
              say(t("data.preview.learn.said", { column: shown }));
            }}
          >
            {t("data.preview.learn")}
          </button>
        )
      )}
    </th>
  );
}

export function Preview({ table }: { table: Table }) {
  const most = useSignal(COLUMNS);
  const target = choice.value.target ?? table.target;
  // The target comes first: it is what one asks for, wherever the file has it.
  const ordered = [
    ...table.columns.filter((column) => column.name === target),
    ...table.columns.filter((column) => column.name !== target),
  ];
  const columns = ordered.slice(0, most.value);
  const hidden = ordered.length - columns.length;
  const rows = Array.from({ length: Math.min(ROWS, table.rows) }, (_, row) => row);
  return (
    <div class="data-part">
      <h2>{t("data.preview")}</h2>
      <p class="hint">
        {t("data.rows", { rows: table.rows, columns: table.columns.length })}.{" "}
        {t("data.preview.hint")}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
      <section class="data-table" aria-label={t("data.preview")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head
                  key={column.name}
                  column={column}
                  target={column.name === target}
                  picture={table.picture !== undefined}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                {columns.map((column) => {
                  const cell = cellOf(column, row);
                  return (
                    <td key={column.name} class={cell === "" ? "data-gap" : ""} title={cell}>
                      {cell || "–"}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hidden > 0 && (
        <button type="button" class="button" onClick={() => (most.value += 4 * COLUMNS)}>
          {t("data.preview.more", { count: Math.min(hidden, 4 * COLUMNS) })}
        </button>
      )}
    </div>
  );
}
