/** The columns of the row, to be changed by hand: a slider for a number, a list for a category. */

import { useMemo } from "preact/hooks";
import type { Prepared } from "../../data/table.ts";
import {
  categoriesOf,
  columnsOf,
  type InputColumn,
  withCategory,
} from "../../understand/columns.ts";
import { inUnits, ranges, scaled } from "../../understand/rows.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { inputValue } from "./answer.ts";
import { Pixels } from "./pixels.tsx";
import { change, row } from "./state.ts";

/** Columns that are listed before "more" is asked for. */
const MOST_LISTED = 12;

function Slider({
  data,
  input,
  range,
}: {
  data: Prepared;
  input: number;
  range: { low: number; high: number };
}) {
  const { x } = row.value ?? { x: new Float32Array(data.inputs.length) };
  const scale = data.scales[input];
  const set = (value: number) => change({ x: x.with(input, value) });
  const low = Math.min(range.low, x[input]);
  const high = Math.max(range.high, x[input]);
  const name = shownName(data.inputs[input]);
  return (
    <div class="understand-slider">
      <span title={name}>{name}</span>
      <input
        type="range"
        aria-label={name}
        min={low}
        max={high}
        step="any"
        value={x[input]}
        aria-valuetext={inputValue(data, input, x[input])}
        onInput={(event) => set(event.currentTarget.valueAsNumber)}
      />
      <input
        class="input"
        type="number"
        step="any"
        aria-label={name}
        value={inUnits(x[input], scale)}
        onChange={(event) => {
          const typed = scaled(event.currentTarget.valueAsNumber, scale);
          if (Number.isFinite(typed)) set(typed);
          else event.currentTarget.value = String(inUnits(x[input], scale));
        }}
      />
    </div>
  );
}

function Category({ data, column }: { data: Prepared; column: InputColumn }) {
  const { x } = row.value ?? { x: new Float32Array(data.inputs.length) };
  const chosen = column.inputs.find((input) => x[input] === 1);
  const name = shownName(column.name);
  return (
    <div class="understand-slider category">
      <span title={name}>{name}</span>
      <select
        class="input"
        aria-label={name}
        value={chosen ?? ""}
        onChange={(event) =>
          change({ x: withCategory(x, column, Number(event.currentTarget.value)) })
        }
      >
        {chosen === undefined && <option value="">–</option>}
        {categoriesOf(column, data.inputs).map((category, i) => (
          <option key={category} value={column.inputs[i]}>
            {shownName(category)}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Inputs({ data }: { data: Prepared }) {
  const found = useMemo(() => ranges(data.training), [data]);
  if (data.picture) return <Pixels picture={data.picture} ranges={found} />;
  const all = columnsOf(data.inputs).map((column) =>
    column.inputs.length > 1 ? (
      <Category key={column.name} data={data} column={column} />
    ) : (
      <Slider
        key={column.name}
        data={data}
        input={column.inputs[0]}
        range={found[column.inputs[0]]}
      />
    ),
  );
  return (
    <details class="understand-inputs">
      <summary>{t("understand.inputs", { n: all.length })}</summary>
      {all.slice(0, MOST_LISTED)}
      {all.length > MOST_LISTED && (
        <details>
          <summary>{t("understand.inputs.more", { n: all.length - MOST_LISTED })}</summary>
          {all.slice(MOST_LISTED)}
        </details>
      )}
    </details>
  );
}
