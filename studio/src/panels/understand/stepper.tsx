/** The way of the row through the bricks, forward and back, and where it is on it. */
import { useEffect, useState } from "preact/hooks";
import type { Passage } from "../../engine/explain.ts";
import { project, stack } from "../../state/store.ts";
import { short } from "../../understand/numbers.ts";
import { isBackward, type Position } from "../../understand/positions.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../icons.tsx";
import { StageView } from "./stages.tsx";
import { at, explained, goTo, lookAt, position, positions, unitOf } from "./state.ts";

/** Milliseconds at each position while it plays. */
const BEAT = 1400;
/** Neurons that have a button of their own. */
const MOST_UNITS = 24;

const nameOf = ({ stage, brick }: Position) =>
  brick === null
    ? t(`understand.at.${stage}`)
    : t(`understand.at.${stage}.of`, { name: stack.value[brick].name });

/** A column for the inputs, each brick, and the loss; above the way up, below the way back. */
function Track() {
  const columns = stack.value.length + 2;
  const columnOf = ({ stage, brick }: Position) =>
    brick !== null ? brick + 2 : stage === "loss" ? columns : 1;
  const cells = Array.from({ length: columns }, (_, column) => {
    const here = positions.value
      .map((one, index) => ({ one, index }))
      .filter(({ one }) => columnOf(one) === column + 1);
    return {
      name:
        column === 0
          ? t("understand.track.inputs")
          : column === columns - 1
            ? t("understand.track.loss")
            : stack.value[column - 1].name,
      up: here.filter(({ one }) => !isBackward(one)),
      // Backward goes from right to left.
      back: here.filter(({ one }) => isBackward(one)).toReversed(),
    };
  });
  const dots = (list: { one: Position; index: number }[], css: string) => (
    <div class={css}>
      {list.map(({ one, index }) => (
        <button
          key={index}
          type="button"
          tabIndex={-1}
          class={`understand-dot ${index < at.value ? "past" : ""}`}
          aria-current={index === at.value ? "step" : undefined}
          aria-label={nameOf(one)}
          title={nameOf(one)}
          onClick={() => goTo(index)}
        />
      ))}
    </div>
  );
  return (
    <div class="understand-track" style={{ "--columns": columns }}>
      {cells.map(({ name, up, back }, column) => (
        <div key={column} class="understand-column">
          {dots(up, "up")}
          <span title={name}>{name}</span>
          {dots(back, "back")}
        </div>
      ))}
    </div>
  );
}

function Buttons() {
  const [playing, setPlaying] = useState(false);
  const last = positions.value.length - 1;
  const ended = at.value === last;
  const now = at.value;
  useEffect(() => {
    if (!playing) return;
    if (ended) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => goTo(now + 1), BEAT);
    return () => clearTimeout(timer);
  }, [playing, ended, now]);
  const button = (label: string, sign: string, to: number, disabled: boolean) => (
    <button
      type="button"
      class="button icon"
      aria-label={t(label)}
      title={t(label)}
      disabled={disabled}
      onClick={() => goTo(to)}
    >
      {sign}
    </button>
  );
  return (
    <div class="understand-buttons">
      {button("understand.first", "⇤", 0, now === 0)}
      {button("understand.back", "←", now - 1, now === 0)}
      <button
        type="button"
        class="button icon primary"
        aria-label={t(playing ? "understand.stop" : "understand.play")}
        title={t(playing ? "understand.stop" : "understand.play")}
        onClick={() => {
          if (ended) goTo(0);
          setPlaying(!playing);
        }}
      >
        <Icon name={playing ? "pause" : "play"} size={18} />
      </button>
      {button("understand.forward", "→", now + 1, ended)}
      {button("understand.last", "⇥", last, ended)}
      <span class="hint">{t("understand.where", { at: now + 1, n: last + 1 })}</span>
    </div>
  );
}

function Units({ brick, passage, unit }: { brick: number; passage: Passage; unit: number }) {
  const { outputs } = passage;
  if (outputs.length === 1) return null;
  const most = outputs.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12);
  const count = Math.min(outputs.length, MOST_UNITS);
  return (
    <fieldset class="understand-units">
      <legend class="visually-hidden">{t("understand.unit")}</legend>
      {Array.from(outputs.subarray(0, count), (output, index) => (
        <button
          key={index}
          type="button"
          class={output < 0 ? "less" : "more"}
          style={{ "--share": Math.abs(output) / most }}
          aria-pressed={index === unit}
          aria-label={t("understand.unit.value", { unit: String(index), value: short(output) })}
          title={short(output)}
          onClick={() => lookAt(brick, index)}
        >
          {index}
        </button>
      ))}
      {outputs.length > count && (
        <label>
          <span class="visually-hidden">{t("understand.unit")}</span>
          <input
            class="input"
            type="number"
            min={0}
            max={outputs.length - 1}
            value={unit}
            onChange={(event) => {
              const typed = event.currentTarget.valueAsNumber;
              if (Number.isInteger(typed) && typed >= 0 && typed < outputs.length)
                lookAt(brick, typed);
              else event.currentTarget.value = String(unit);
            }}
          />
        </label>
      )}
    </fieldset>
  );
}

/** The update shows one brick at a time: the one that was looked at last, or another. */
function useUpdated(): [number, (brick: number) => void, number[]] {
  const withWeights = stack.value
    .filter(({ brick }) => brick.kind === "Dense")
    .map(({ index }) => index);
  const [chosen, choose] = useState(0);
  return [withWeights.includes(chosen) ? chosen : (withWeights[0] ?? -1), choose, withWeights];
}

export function StepperPart() {
  const passed = explained.value;
  const [updated, choose, withWeights] = useUpdated();
  if (!passed) return null;
  const { stage, brick: own } = position.value;
  const brick = stage === "update" ? (updated < 0 ? null : updated) : own;
  const passage = brick === null ? null : passed.passages[brick];
  const unit = brick !== null && passage ? unitOf(brick, passage.outputs.length) : 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (
      (event.target as Element).matches("input, select") ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey
    )
      return;
    const to = {
      ArrowLeft: at.value - 1,
      ArrowRight: at.value + 1,
      Home: 0,
      End: positions.value.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <section class="understand-part" aria-label={t("understand.steps")} onKeyDown={onKeyDown}>
      <h2>{t("understand.steps")}</h2>
      <Buttons />
      <Track />
      <div class={`understand-card card ${isBackward(position.value) ? "backward" : ""}`}>
        <h3 aria-live="polite">{nameOf(position.value)}</h3>
        {stage === "update" && withWeights.length > 1 && (
          <select
            class="input"
            aria-label={t("understand.brick")}
            value={updated}
            onChange={(event) => choose(Number(event.currentTarget.value))}
          >
            {withWeights.map((index) => (
              <option key={project.value.wall.bricks[index].id} value={index}>
                {stack.value[index].name}
              </option>
            ))}
          </select>
        )}
        {brick !== null && passage && <Units brick={brick} passage={passage} unit={unit} />}
        <StageView stage={stage} brick={brick} unit={unit} passage={passage} />
      </div>
    </section>
  );
}
