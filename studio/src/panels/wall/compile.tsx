/** What the wall is compiled with: head, torso and legs of the figure on top. */
import { useId } from "preact/hooks";
import { editWall, prepared, project } from "../../state/store.ts";
import { complete, type Field, LOSSES, METRICS, OPTIMIZERS } from "../../wall/catalogue.ts";
import { LIMITS } from "../../wall/limits.ts";
import { FITTING } from "../../wall/shapes.ts";
import type { Value, Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { Select } from "../select.tsx";
import { Term } from "../term.tsx";
import { FieldInput, NumberField } from "./fields.tsx";
import { SettingsHead } from "./head.tsx";

const NUMBERS = {
  batchSize: { type: "integer", default: 32, min: 1, max: LIMITS.batchSize },
  epochs: { type: "integer", default: 50, min: 1, max: LIMITS.epochs },
  seed: { type: "integer", default: 1, min: 0, max: LIMITS.seed },
} as const satisfies Record<string, Field>;

const change = (part: Partial<Wall>, reason: string) =>
  editWall({ ...project.value.wall, ...part }, reason);

export function CompileSettings({ close }: { close: () => void }) {
  const { wall } = project.value;
  return (
    <>
      <SettingsHead title={t("wall.compile")} hint={t("wall.compile.hint")} close={close} />
      <section class="wall-compile legs">
        <h3>{t("wall.compile.legs")}</h3>
        <Optimizer wall={wall} />
      </section>
      <section class="wall-compile torso">
        <h3>{t("wall.compile.torso")}</h3>
        <Loss wall={wall} />
      </section>
      <section class="wall-compile head">
        <h3>{t("wall.compile.head")}</h3>
        <Metrics wall={wall} />
        {(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]).map((name) => (
          <NumberField
            key={name}
            name={name}
            field={NUMBERS[name]}
            value={wall[name]}
            set={(value) => change({ [name]: value }, name)}
          />
        ))}
      </section>
    </>
  );
}

function Optimizer({ wall }: { wall: Wall }) {
  const { kind, config } = wall.optimizer;
  const { fields } = OPTIMIZERS[kind];
  const values = complete(fields, config);
  const set = (name: string, value: Value) => {
    const kept = Object.entries({ ...config, [name]: value }).filter(
      ([one, now]) => fields[one]?.default !== now,
    );
    change({ optimizer: { kind, config: Object.fromEntries(kept) } }, `optimizer ${name}`);
  };
  // The learning rate stays, since it goes with the data more than with the optimizer.
  const take = (one: string) =>
    change({ optimizer: { kind: one, config: { learning_rate: values.learning_rate } } }, "");
  const [rate, ...others] = Object.keys(fields);
  const input = (name: string) => (
    <FieldInput
      key={`${kind} ${name}`}
      name={name}
      field={fields[name]}
      value={values[name]}
      set={(value) => set(name, value)}
    />
  );
  return (
    <>
      <Select label={t("wall.field.optimizer")} term="optimizer" value={kind} set={take}>
        {Object.keys(OPTIMIZERS).map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
      {input(rate)}
      <details class="wall-more">
        <summary>{t("wall.more")}</summary>
        <div>{others.map(input)}</div>
      </details>
    </>
  );
}

function Loss({ wall }: { wall: Wall }) {
  const task = prepared.value?.task;
  const fitting: readonly string[] = task ? FITTING[task].losses : LOSSES;
  const others = LOSSES.filter((loss) => !fitting.includes(loss));
  const options = (losses: readonly string[]) =>
    losses.map((loss) => (
      <option key={loss} value={loss}>
        {loss}
      </option>
    ));
  return (
    <Select
      label={t("wall.field.loss")}
      term="loss"
      value={wall.loss}
      set={(loss) => change({ loss }, "")}
    >
      <optgroup label={t("wall.loss.fitting")}>{options(fitting)}</optgroup>
      {others.length > 0 && <optgroup label={t("wall.loss.others")}>{options(others)}</optgroup>}
    </Select>
  );
}

function Metrics({ wall }: { wall: Wall }) {
  const toggle = (name: string, wanted: boolean) =>
    change(
      { metrics: METRICS.filter((one) => (one === name ? wanted : wall.metrics.includes(one))) },
      "",
    );
  const id = useId();
  return (
    <fieldset class="field wall-metrics" aria-labelledby={id}>
      <legend class="field-name">
        <span id={id}>{t("wall.field.metrics")}</span>
        <Term name="metrics" of={id} />
      </legend>
      {METRICS.map((name) => (
        <label key={name} class="wall-check">
          <input
            type="checkbox"
            checked={wall.metrics.includes(name)}
            onChange={(e) => toggle(name, e.currentTarget.checked)}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
