/** What can be set: of generated points their number and noise; of a table what is learned. */
import { useId } from "preact/hooks";
import { SOURCES } from "../../data/datasets.ts";
import { profile } from "../../data/kinds.ts";
import type { DataChoice, Table, Task } from "../../data/table.ts";
import { prepared } from "../../state/store.ts";
import { termOf } from "../../words/terms.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { Select } from "../select.tsx";
import { FieldName } from "../term.tsx";
import { change, choice, learn } from "./choose.ts";

function Slider({
  name,
  label,
  shown,
  ...range
}: {
  name: "samples" | "noise" | "validation";
  label: string;
  shown: string;
  min: number;
  max: number;
  step: number;
}) {
  const id = useId();
  return (
    <div class="field data-slider">
      <FieldName id={id} label={label} term={termOf(name)} />
      <output for={id}>{shown}</output>
      <input
        id={id}
        type="range"
        {...range}
        value={choice.value[name]}
        aria-valuetext={shown}
        onInput={(event) => change({ [name]: Number(event.currentTarget.value) }, name)}
      />
    </div>
  );
}

const LARGEST_SEED = 999;

/** Number, noise and seed of generated points; they change at once. */
export function Generated() {
  const { source, samples, noise, seed } = choice.value;
  if (!SOURCES.some((one) => one.name === source && one.rows === null)) return null;
  return (
    <section class="data-part" aria-label={t(`data.source.${source}`)}>
      <Slider
        name="samples"
        label={t("data.samples")}
        shown={`${samples}`}
        min={20}
        max={1000}
        step={10}
      />
      <Slider
        name="noise"
        label={t("data.noise")}
        shown={noise.toFixed(2)}
        min={0}
        max={0.5}
        step={0.01}
      />
      <div class="data-seed">
        <label class="field">
          <span>{t("data.seed")}</span>
          <input
            class="input"
            type="number"
            min={0}
            max={LARGEST_SEED}
            value={seed}
            onInput={(event) => {
              const value = event.currentTarget.valueAsNumber;
              if (Number.isInteger(value) && value >= 0) change({ seed: value }, "seed");
            }}
          />
        </label>
        <button
          type="button"
          class="button"
          onClick={() => change({ seed: (seed % LARGEST_SEED) + 1 }, "seed")}
        >
          {t("data.seed.new")}
        </button>
      </div>
    </section>
  );
}

const TASKS: readonly Task[] = ["binary", "classes", "regression"];

export function Settings({ table }: { table: Table }) {
  const { target, task, standardize, missing, validation, source } = choice.value;
  const made = prepared.value;
  const found = made && !task ? t("data.task.auto", { task: t(`data.task.${made.task}`) }) : "–";
  const gaps = table.columns.some((column) => profile(column).missing > 0);
  const simple = SOURCES.some((one) => one.name === source && one.kind !== "real");
  return (
    <section class="data-part" aria-label={t("data.settings")}>
      {!simple && source !== "drawn" && (
        <div class="data-pair">
          <Select
            id="data-target"
            label={t("data.target")}
            value={target ?? table.target ?? ""}
            set={learn}
          >
            {table.columns.map(({ name }) => (
              <option key={name} value={name}>
                {shownName(name)}
              </option>
            ))}
          </Select>
          <Select
            label={t("data.task")}
            value={task ?? ""}
            set={(value) => change({ task: TASKS.find((one) => one === value) })}
          >
            <option value="">{found}</option>
            {TASKS.map((one) => (
              <option key={one} value={one}>
                {t(`data.task.${one}`)}
              </option>
            ))}
          </Select>
        </div>
      )}
      {gaps && (
        <Select
          label={t("data.missing")}
          value={missing}
          set={(value) => change({ missing: value as DataChoice["missing"] })}
        >
          <option value="mean">{t("data.missing.mean")}</option>
          <option value="drop">{t("data.missing.drop")}</option>
        </Select>
      )}
      <Slider
        name="validation"
        label={t("data.validation")}
        shown={`${Math.round(100 * validation)}%`}
        min={0}
        max={0.8}
        step={0.05}
      />
      {made && (
        <p class="hint">
          {made.validation
            ? t("data.split", { training: made.training.rows, validation: made.validation.rows })
            : t("data.nosplit", { training: made.training.rows })}
        </p>
      )}
      <label class="data-check">
        <input
          type="checkbox"
          checked={standardize}
          onChange={(event) => change({ standardize: event.currentTarget.checked })}
        />
        {t("data.standardize")}
      </label>
    </section>
  );
}
