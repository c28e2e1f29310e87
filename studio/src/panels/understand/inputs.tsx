/** The inputs of the row, to be changed by hand. */
import type { Prepared } from "../../data/table.ts";
import { inUnits, ranges, scaled } from "../../understand/rows.ts";
import { t } from "../../words/words.ts";
import { Pixels } from "./pixels.tsx";
import { change, row } from "./state.ts";

/** Inputs that are listed before "more" is asked for. */
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
  const name = data.inputs[input];
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
        aria-valuetext={String(inUnits(x[input], scale))}
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

export function Inputs({ data }: { data: Prepared }) {
  const found = ranges(data);
  const all = data.inputs.map((name, input) => (
    <Slider key={name} data={data} input={input} range={found[input]} />
  ));
  if (data.picture) return <Pixels picture={data.picture} ranges={found} />;
  return (
    <details class="understand-inputs">
      <summary>{t("understand.inputs", { n: data.inputs.length })}</summary>
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
