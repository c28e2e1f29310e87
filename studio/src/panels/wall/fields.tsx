/** Inputs for the fields of the catalogue: each says in words why it does not take a value. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import {
  ACTIVATIONS,
  type Field,
  isRegularizer,
  type Regularizer,
  refusal,
} from "../../wall/catalogue.ts";
import type { Value } from "../../wall/wall.ts";
import { termOf } from "../../words/terms.ts";
import { t } from "../../words/words.ts";
import { Select } from "../select.tsx";
import { FieldName, Term } from "../term.tsx";
import { CurvePicture } from "./pictures.tsx";

interface FieldProps {
  readonly name: string; // in Keras
  readonly field: Field;
  readonly value: Value;
  readonly set: (value: Value) => void;
  readonly disabled?: boolean;
}

/** Returns the input that goes with a field. */
export function FieldInput(props: FieldProps) {
  switch (props.field.type) {
    case "boolean":
      return <Checkbox {...props} />;
    case "choice":
      return props.field.choices === ACTIVATIONS ? (
        <Activations {...props} />
      ) : (
        <Choice {...props} />
      );
    case "regularizer":
      return <Penalty {...props} />;
    default:
      return <NumberField {...props} />;
  }
}

const label = (name: string) => t(`wall.field.${name}`);

function Checkbox({ name, value, set, disabled }: FieldProps) {
  return (
    <label class="wall-check">
      <input
        type="checkbox"
        checked={value === true}
        disabled={disabled}
        onChange={(e) => set(e.currentTarget.checked)}
      />
      <span>{label(name)}</span>
    </label>
  );
}

function Choice({ name, field, value, set, disabled }: FieldProps) {
  const choices = field.type === "choice" ? field.choices : [];
  return (
    <Select
      label={label(name)}
      term={termOf(name)}
      value={String(value)}
      disabled={disabled}
      set={set}
    >
      {choices.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </Select>
  );
}

/** Activations as tiny curves to choose from. */
function Activations({ name, value, set, disabled }: FieldProps) {
  const group = useId();
  return (
    <fieldset class="field wall-activations" disabled={disabled} aria-labelledby={`${group}-name`}>
      <legend class="field-name">
        <span id={`${group}-name`}>{label(name)}</span>
        <Term name="activation" of={`${group}-name`} />
      </legend>
      <div>
        {ACTIVATIONS.map((one) => (
          <label key={one} title={t(`wall.activation.${one}`)}>
            <input
              type="radio"
              class="visually-hidden"
              name={group}
              value={one}
              checked={value === one}
              onChange={() => set(one)}
            />
            <CurvePicture activation={one} />
            <span>{one}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What a slider goes through: fine where values are small. */
const SLIDERS: Readonly<Record<string, readonly number[]>> = {
  units: [
    ...Array.from({ length: 16 }, (_, k) => k + 1),
    20,
    24,
    32,
    48,
    64,
    96,
    128,
    192,
    256,
    512,
  ],
  learning_rate: [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
  rate: Array.from({ length: 19 }, (_, k) => k / 20),
  stddev: Array.from({ length: 21 }, (_, k) => k / 20),
  batchSize: [1, 2, 4, 8, 10, 16, 32, 64, 128, 256, 512],
  epochs: [1, 5, 10, 20, 50, 100, 150, 200, 300, 500, 1000],
};

/** Milliseconds after which what is typed counts: 10 on the way to 100 is none. */
const TYPED = 600;

export function NumberField({ name, field, value, set, disabled }: FieldProps) {
  const [text, setText] = useState(String(value));
  const id = useId();
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const refused = refusal(field, number);
  const problem = refused && t(refused.key, { ...refused.values, value: text.trim() || "…" });
  const isTyped = useRef(false);
  const apply = () => {
    if (!isTyped.current) return;
    isTyped.current = false;
    if (!refused && number !== value) set(number);
  };
  const latest = useRef(apply);
  latest.current = apply;
  useEffect(() => {
    // What is being typed is not written over.
    if (!isTyped.current) setText((before) => (Number(before) === value ? before : String(value)));
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => latest.current(), TYPED);
    return () => clearTimeout(timer);
  }, [text]);
  // What was typed counts even if the field is gone before that.
  useEffect(() => () => latest.current(), []);
  const slide = (chosen: number) => {
    isTyped.current = false;
    setText(String(chosen));
    if (chosen !== value) set(chosen);
  };
  const stops = SLIDERS[name];
  const at = stops ? nearest(stops, Number(value)) : 0;
  return (
    <div class="field">
      <FieldName id={id} label={label(name)} term={termOf(name)} />
      <div class={stops ? "wall-number" : undefined}>
        {stops && (
          <input
            type="range"
            min={0}
            max={stops.length - 1}
            value={at}
            disabled={disabled}
            aria-label={label(name)}
            aria-valuetext={String(value)}
            onInput={(e) => slide(stops[Number(e.currentTarget.value)])}
          />
        )}
        <input
          id={id}
          class="input"
          inputMode={field.type === "integer" ? "numeric" : "decimal"}
          autocomplete="off"
          value={text}
          disabled={disabled}
          aria-invalid={problem !== null}
          aria-describedby={problem ? `${id}-why` : undefined}
          onInput={(e) => {
            isTyped.current = true;
            setText(e.currentTarget.value);
          }}
          onBlur={apply}
          onKeyDown={(e) => {
            if (e.key === "Enter") apply();
          }}
        />
      </div>
      {problem && (
        <p class="fault wall-why" id={`${id}-why`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function nearest(stops: readonly number[], value: number): number {
  return stops.reduce(
    (best, stop, k) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? k : best),
    0,
  );
}

const PENALTIES = { none: [], L1: ["l1"], L2: ["l2"], L1L2: ["l1", "l2"] } as const;
const AMOUNT: Field = { type: "number", default: 0.01, min: 0, max: 1e6 };

/** None, L1, L2 or both, with their amounts. */
function Penalty({ name, value, set, disabled }: FieldProps) {
  const now: Regularizer | null = isRegularizer(value) ? value : null;
  const kind = now?.class_name ?? "none";
  const amount = (key: "l1" | "l2") => now?.config[key] ?? 0.01;
  const make = (one: string, changed: Readonly<Record<string, number>> = {}) => {
    if (one === "none") return set(null);
    const keys = PENALTIES[one as keyof typeof PENALTIES] as readonly ("l1" | "l2")[];
    set({
      class_name: one,
      config: Object.fromEntries(keys.map((key) => [key, changed[key] ?? amount(key)])),
    });
  };
  return (
    <div class="wall-penalty">
      <Select label={label(name)} term={termOf(name)} value={kind} disabled={disabled} set={make}>
        {Object.keys(PENALTIES).map((one) => (
          <option key={one} value={one}>
            {t(`wall.penalty.${one}`)}
          </option>
        ))}
      </Select>
      {PENALTIES[kind].map((key) => (
        <NumberField
          key={key}
          name={key}
          field={AMOUNT}
          value={amount(key)}
          disabled={disabled ?? false}
          set={(one) => make(kind, { [key]: Number(one) })}
        />
      ))}
    </div>
  );
}
