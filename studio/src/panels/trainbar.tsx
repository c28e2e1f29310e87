/** The bar below the wall: play, one step, begin anew, speed, and where the training is. */
import { pause, play, reset, setPace, step } from "../state/session.ts";
import { broken, fits, pace, project, snapshot, status } from "../state/store.ts";
import { t } from "../words/words.ts";
import { Icon } from "./icons.tsx";
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

const short = (value: number) => Number(value.toPrecision(3)).toString();

function Progress() {
  const now = snapshot.value;
  const { wall } = project.value;
  if (!now)
    return <p class="bar-progress hint">{t(fits.value ? "train.waiting" : "train.empty")}</p>;
  const rest = now.epoch % wall.epochs;
  const epochs = Math.max(wall.epochs, now.epoch + (rest ? wall.epochs - rest : 0));
  const { logs } = now;
  const metric = wall.metrics.find((name) => `val_${name}` in logs || name in logs);
  const loss = logs.val_loss ?? logs.loss;
  return (
    <p class="bar-progress">
      <span>{t("train.epoch", { epoch: now.epoch, epochs })}</span>
      {loss !== undefined && (
        <span>
          {t("train.loss")} <b>{short(loss)}</b>
        </span>
      )}
      {metric && metric !== wall.loss && (
        <span>
          {t(`train.${metric}`)} <b>{short(logs[`val_${metric}`] ?? logs[metric])}</b>
        </span>
      )}
      {status.value === "running" && pace.value === null && now.stepsPerSecond > 0 && (
        <span class="hint">{t("train.steps", { n: Math.round(now.stepsPerSecond) })}</span>
      )}
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
          {t("train.broken", {
            why:
              status.value === "broken" && broken.value !== ""
                ? broken.value
                : t("train.notfinite", { why: "" }),
          })}
        </p>
      )}
      <button type="button" class="bar-play" disabled={!ready} onClick={running ? pause : play}>
        <Icon name={running ? "pause" : "play"} size={22} />
        <span>{t(running ? "train.pause" : "train.play")}</span>
      </button>
      <button
        type="button"
        class="button icon quiet"
        disabled={!ready}
        title={t("train.step", { n: project.value.wall.batchSize })}
        aria-label={t("train.step", { n: project.value.wall.batchSize })}
        onClick={step}
      >
        <Icon name="step" />
      </button>
      <button
        type="button"
        class="button icon quiet"
        disabled={!ready}
        title={t("train.reset")}
        aria-label={t("train.reset")}
        onClick={reset}
      >
        <Icon name="reset" />
      </button>
      <Speed />
      <Progress />
    </div>
  );
}
