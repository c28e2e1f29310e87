/** Why this answer: what each input adds to it, as bars. */

import { useState } from "preact/hooks";
import type { Prepared } from "../../data/table.ts";
import { decided } from "../../engine/metrics.ts";
import { prepared, snapshot } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { categoryOf, columnsOf, type InputColumn } from "../../understand/columns.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { css, diverging } from "../train/colours.ts";
import { inputValue, targetDifference, targetSize, targetValue } from "./answer.ts";
import { InputName } from "./name.tsx";
import { type Told, useShares } from "./shares.ts";
import { explained, row } from "./state.ts";

/** Columns that have a bar of their own. */
const MOST = 10;

function valueSaid(data: Prepared, column: InputColumn, x: Float32Array): string {
  const [first] = column.inputs;
  return column.inputs.length > 1
    ? categoryOf(column, data.inputs, x)
    : inputValue(data, first, x[first]);
}

function Bar({
  label,
  value,
  most,
  added,
  error = "",
}: {
  label: string;
  value: number;
  most: number;
  /** In the units of the table, and by how much that may be wrong. */
  added: string;
  error?: string;
}) {
  const share = (100 * Math.abs(value)) / most;
  return (
    <li class="understand-bar">
      <InputName name={label} />
      <span class="track">
        <i class={value < 0 ? "less" : "more"} style={{ width: `${share / 2}%` }} />
      </span>
      <span class="result" title={error ? `± ${error}` : undefined}>
        {added}
      </span>
    </li>
  );
}

/** What each pixel adds, as a picture. */
function Heat({ values, width, height }: { values: Float64Array; width: number; height: number }) {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12);
  const isDark = dark.value;
  return (
    <svg
      class="understand-heat"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t("understand.why.heat")}
    >
      {Array.from(values, (value, pixel) => {
        const [left, top] = [pixel % width, Math.floor(pixel / width)];
        return (
          <rect
            key={`${left} ${top}`}
            x={left}
            y={top}
            width="1"
            height="1"
            fill={css(diverging(value / most, isDark, 1))}
          />
        );
      })}
    </svg>
  );
}

function Bars({
  data,
  told,
  columns,
  x,
}: {
  data: Prepared;
  told: Told;
  columns: readonly InputColumn[];
  x: Float32Array;
}) {
  const { values, errors } = told.shares;
  const order = Array.from(values, (_, i) => i).sort(
    (a, b) => Math.abs(values[b]) - Math.abs(values[a]),
  );
  const [shown, rest] = [order.slice(0, MOST), order.slice(MOST)];
  const others = rest.reduce((sum, i) => sum + values[i], 0);
  const most = Math.max(1e-12, Math.abs(others), ...shown.map((i) => Math.abs(values[i])));
  return (
    <ul class="understand-bars">
      {shown.map((i) => (
        <Bar
          key={columns[i].name}
          label={`${shownName(columns[i].name)} = ${valueSaid(data, columns[i], x)}`}
          value={values[i]}
          most={most}
          added={targetDifference(data, values[i])}
          error={errors[i] ? targetSize(data, errors[i]) : ""}
        />
      ))}
      {rest.length > 0 && (
        <Bar
          label={t("understand.why.rest", { n: rest.length })}
          value={others}
          most={most}
          added={targetDifference(data, others)}
        />
      )}
    </ul>
  );
}

export function WhyPart() {
  const data = prepared.value;
  const now = row.value;
  const outputs = explained.value?.outputs;
  const [asked, setAsked] = useState<number | null>(null);
  const columns = columnsOf(data?.inputs ?? []);
  const many = (outputs?.length ?? 1) > 1;
  const answered = outputs && many ? decided(outputs, 0, outputs.length) : 0;
  const output = many ? Math.min(asked ?? answered, (outputs?.length ?? 1) - 1) : 0;
  const { told, done } = useShares(output, columns);
  if (!data || !now || !outputs) return null;
  const what =
    data.task === "regression"
      ? shownName(data.target)
      : `${shownName(data.target)}: ${shownName(data.classes[many ? output : 1])}`;
  // Those of before stay, pale, until the new ones are there; those of another table do not.
  const fitting = told?.shares.values.length === columns.length ? told : null;
  const stale =
    fitting !== null &&
    (fitting.x !== now.x ||
      fitting.weights !== snapshot.value?.weights ||
      fitting.output !== output);
  return (
    <section class="understand-part">
      <h2>{t("understand.why")}</h2>
      {many && (
        <label class="understand-wanted">
          <span>{t("understand.why.output")}</span>
          <select
            class="input"
            value={asked ?? ""}
            onChange={(event) =>
              setAsked(event.currentTarget.value === "" ? null : Number(event.currentTarget.value))
            }
          >
            <option value="">
              {t("understand.why.answered", { name: shownName(data.classes[answered]) })}
            </option>
            {data.classes.map((name, index) => (
              <option key={name} value={index}>
                {shownName(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {fitting ? (
        <div class={stale ? "understand-told stale" : "understand-told"} aria-busy={stale}>
          <p class="understand-line">
            {t("understand.why.sum", {
              what,
              base: targetValue(data, fitting.shares.base),
              added: targetDifference(data, fitting.shares.output - fitting.shares.base),
              output: targetValue(data, fitting.shares.output),
            })}
          </p>
          {data.picture && (
            <Heat
              values={fitting.shares.values}
              width={data.picture.width}
              height={data.picture.height}
            />
          )}
          <Bars data={data} told={fitting} columns={columns} x={now.x} />
          <p class="hint">
            {t(fitting.effort.orders === null ? "understand.why.exact" : "understand.why.sampled", {
              orders: fitting.effort.orders ?? 0,
              n: fitting.effort.background,
            })}
          </p>
        </div>
      ) : (
        <progress
          class="understand-progress"
          value={done}
          aria-label={t("understand.why.computing")}
        />
      )}
    </section>
  );
}
