/** The bar below the wall: play, one step, begin anew, speed, and where the training is. */
import { useComputed } from "@preact/signals";
import { amount, measure } from "../data/amount.ts";
import { errorInUnits } from "../data/units.ts";
import type { Logs, Snapshot } from "../engine/protocol.ts";
import { pause, play, reset, setPace, step } from "../state/session.ts";
import {
  automatic,
  beganTrained,
  broken,
  byHand,
  dataProblem,
  fits,
  history,
  isLarge,
  pace,
  prepared,
  project,
  snapshot,
  status,
  trainedBefore,
  until,
} from "../state/store.ts";
import { measureOfLoss, verdict } from "../state/verdict.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { Icon, IconButton } from "./icons.tsx";
import { RowClock } from "./train/rowclock.tsx";
import "./trainbar.css";

/** Rows a second; null: as fast as it goes. */
const PACES = [1, 3, 10, 30, 100, 300, 1000, 10_000, null] as const;

function Speed() {
  const at = Math.max(0, PACES.indexOf(pace.value as (typeof PACES)[number]));
  const value = PACES[at];
  const said = value === null ? t("train.full") : t("train.rows", { n: value });
  return (
    <label class="bar-speed" title={t("train.speed")}>
      <span class="visually-hidden">{t("train.speed")}</span>
      <input
        type="range"
        min={0}
        max={PACES.length - 1}
        value={at}
        aria-valuetext={said}
        onInput={(event) => setPace(PACES[Number(event.currentTarget.value)])}
      />
      <span class="hint">{said}</span>
    </label>
  );
}

const short = (value: number) => measure(value, 3);

/** Steps of an epoch take so many a second, or it says in the middle of an epoch where it is. */
const SLOW = 2;

interface Measured {
  readonly set: string; // whose rows they are
  readonly loss: number;
  readonly metric: string | null;
  readonly value: number;
}

/** Returns the loss and the first metric: of validation rows, or of training rows before any was validated. */
function measured({ metrics, loss }: Wall, logs: Logs): Measured | null {
  const heldOut = "val_loss" in logs;
  const prefix = heldOut ? "val_" : "";
  if (!(`${prefix}loss` in logs)) return null;
  const metric = metrics.find((name) => name !== loss && `${prefix}${name}` in logs) ?? null;
  return {
    set: t(heldOut ? "train.validation" : "train.training"),
    loss: logs[`${prefix}loss`],
    metric,
    value: metric === null ? Number.NaN : logs[`${prefix}${metric}`],
  };
}

/** What is logged now; before the first step what was logged when the weights were trained. */
const logsNow = ({ step, logs }: Snapshot): Logs =>
  step === 0 ? (history.value.at(-1)?.logs ?? {}) : logs;

function Measures({ now }: { now: Snapshot }) {
  const { wall } = project.value;
  const data = prepared.value;
  const found = measured(wall, logsNow(now));
  if (!found || !data) return null;
  const { set, loss, metric, value } = found;
  const name = metric ?? measureOfLoss(wall) ?? "loss";
  const error = errorInUnits(name, metric === null ? loss : value, data);
  return (
    <>
      <span>
        {t("train.loss.of", { set })} <b>{short(loss)}</b>
      </span>
      {error !== null ? (
        <span>
          {t(`train.off.label.${name}`)} <b>{amount(error, data.targetScale?.std)}</b>
        </span>
      ) : (
        metric && (
          <span>
            {t(`train.${metric}`)} <b>{short(value)}</b>
          </span>
        )
      )}
    </>
  );
}

/** Where it is within the epoch: while that goes slowly, or when it stopped there. */
function Batch({ now }: { now: Snapshot }) {
  const data = prepared.value;
  if (!data) return null;
  const batches = Math.ceil(data.training.rows / project.value.wall.batchSize);
  const running = status.value === "running";
  const slow = pace.value !== null || now.stepsPerSecond < SLOW * batches;
  if (batches < 2 || !(running ? slow : now.batch > 0)) return null;
  return <span>{t("train.batchat", { batch: now.batch, batches })}</span>;
}

function Progress() {
  const now = snapshot.value;
  const { wall } = project.value;
  if (!now)
    return (
      <p class="bar-progress hint">
        {dataProblem.value ?? t(fits.value ? "train.waiting" : "train.empty")}
      </p>
    );
  const before = trainedBefore.value;
  const waits = status.value === "ready" && beganTrained.value;
  const begun = now.epoch + (now.batch > 0 ? 1 : 0);
  return (
    <p class="bar-progress">
      <span>
        {waits
          ? t(before ? "train.before" : "train.before.unknown", { n: before })
          : t("train.epoch", {
              epoch: before + now.epoch,
              epochs:
                before +
                (status.value === "done" ? begun : Math.max(until.value || wall.epochs, begun)),
            })}
      </span>
      <Batch now={now} />
      <RowClock now={now} />
      {status.value === "ready" && automatic.value && isLarge.value && (
        <span class="bar-large">{t("train.large")}</span>
      )}
      {byHand.value ? <span>{t("train.byhand.bar")}</span> : <Measures now={now} />}
      {status.value === "running" && pace.value === null && now.stepsPerSecond > 0 && (
        <span class="hint">{t("train.steps", { n: Math.round(now.stepsPerSecond) })}</span>
      )}
    </p>
  );
}

/** Tells those who do not see the curves that the training is over, and how it went. */
function Ended() {
  const said = useComputed(() => {
    const now = snapshot.value;
    if (status.value !== "done" || !now) return "";
    const found = measured(project.value.wall, now.logs);
    const epochs = { n: trainedBefore.value + now.epoch };
    if (!found) return t("train.ended", epochs);
    const { set, loss, metric, value } = found;
    const how =
      metric === "accuracy"
        ? t("train.ended.accuracy", { ...epochs, set, share: Math.round(100 * value) })
        : t("train.ended.loss", { ...epochs, set, loss: short(loss) });
    const grade = verdict.value?.grade ?? "better";
    return grade === "better" ? how : `${how}: ${t("train.guessing")}`;
  });
  return (
    <p class="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}

export function TrainBar() {
  const running = status.value === "running";
  const ready = fits.value;
  return (
    <div class="bar">
      {broken.value !== null && (
        <p class="bar-fault fault" role="alert">
          {t("train.broken", { why: broken.value })}
        </p>
      )}
      <button type="button" class="bar-play" disabled={!ready} onClick={running ? pause : play}>
        <Icon name={running ? "pause" : "play"} size={22} />
        <span>{t(running ? "train.pause" : "train.play")}</span>
      </button>
      <IconButton
        icon="step"
        label={t("train.step", { n: project.value.wall.batchSize })}
        title={t("train.step", { n: project.value.wall.batchSize })}
        disabled={!ready}
        onClick={step}
      />
      <IconButton
        icon="reset"
        label={t("train.reset")}
        title={t("train.reset")}
        disabled={!ready}
        onClick={reset}
      />
      <Speed />
      <Progress />
      <Ended />
    </div>
  );
}
