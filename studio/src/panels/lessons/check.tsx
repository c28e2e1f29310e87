/** One check of a step, chosen from a list, with the settings that its kind has. */
import { useState } from "preact/hooks";
import { CHECKS, type Check, settings } from "../../lessons/checks.ts";
import { choiceSaid } from "../../lessons/said.ts";
import { type Field, refusal } from "../../wall/catalogue.ts";
import type { Value } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { IconButton } from "../icons.tsx";
import { Select } from "../select.tsx";

export const freshCheck = (kind: string): Check => ({ kind, config: {} });

type Bounded = Extract<Field, { readonly min: number }>;

interface Input {
  readonly label: string;
  readonly set: (value: Value) => void;
}

function ChoiceInput({
  label,
  choices,
  value,
  set,
}: Input & { choices: readonly string[]; value: string }) {
  return (
    <Select label={label} value={value} set={set}>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choiceSaid(choice)}
        </option>
      ))}
    </Select>
  );
}

function NumberInput({
  label,
  field,
  value,
  percent,
  set,
}: Input & { field: Bounded; value: number; percent: boolean }) {
  const scale = percent ? 100 : 1;
  const shown = String(Number((scale * value).toPrecision(6)));
  const [isRefused, setRefused] = useState(false);
  const whole = field.type === "integer" ? ".whole" : "";
  return (
    <label class="field">
      <span>{label}</span>
      <span class="lesson-number">
        <input
          class="input"
          type="number"
          min={scale * field.min}
          max={scale * field.max}
          step={field.type === "integer" || percent ? 1 : "any"}
          value={shown}
          onChange={(event) => {
            const typed = event.currentTarget.valueAsNumber / scale;
            const fits = refusal(field, typed) === null;
            setRefused(!fits);
            if (fits) set(typed);
            else event.currentTarget.value = shown;
          }}
        />
        {percent && "%"}
      </span>
      <span class="lesson-missing-text" role="status">
        {isRefused &&
          t(`lesson.make.range${whole}`, { min: scale * field.min, max: scale * field.max })}
      </span>
    </label>
  );
}

export function CheckForm({
  check,
  change,
  remove,
}: {
  check: Check;
  change: (check: Check) => void;
  remove: () => void;
}) {
  const { fields } = CHECKS[check.kind];
  return (
    <div class="lesson-check-form">
      <Select
        label={t("lesson.make.check")}
        value={check.kind}
        set={(kind) => change(freshCheck(kind))}
      >
        {Object.keys(CHECKS).map((kind) => (
          <option key={kind} value={kind}>
            {t(`lesson.kind.${kind}`)}
          </option>
        ))}
      </Select>
      {Object.entries(fields).map(([name, field]) => {
        const value = settings(check)[name];
        const set = (changed: Value) =>
          change({ ...check, config: { ...check.config, [name]: changed } });
        const any = name === "nth" && check.kind === "activation";
        const label = t(any ? "lesson.field.nth.any" : `lesson.field.${name}`);
        if (field.type === "choice")
          return (
            <ChoiceInput
              key={`${check.kind} ${name}`}
              label={label}
              choices={field.choices}
              value={value as string}
              set={set}
            />
          );
        if (field.type !== "integer" && field.type !== "number") return null;
        const percent = CHECKS[check.kind].share === true && name === "value";
        return (
          <NumberInput
            key={name}
            label={label}
            field={field}
            value={value as number}
            percent={percent}
            set={set}
          />
        );
      })}
      <IconButton
        icon="close"
        size={16}
        label={t("lesson.make.check.remove")}
        title={t("lesson.make.check.remove")}
        onClick={remove}
      />
    </div>
  );
}
