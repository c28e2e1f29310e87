/** The panel that shows how it learns. */
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  automatic,
  dataProblem,
  editWall,
  fits,
  history,
  prepared,
  project,
  snapshot,
} from "../state/store.ts";
import { OPTIMIZERS } from "../wall/catalogue.ts";
import type { TermName } from "../words/terms.ts";
import { t } from "../words/words.ts";
import { DataFault } from "./data/fault.tsx";
import { useFocusKept } from "./focus.ts";
import { Select } from "./select.tsx";
import { Advice } from "./train/advice.tsx";
import { Curves } from "./train/curves.tsx";
import { Judged } from "./train/judged.tsx";
import { Neurons } from "./train/neurons.tsx";
import { Surface } from "./train/surface.tsx";
import "./train.css";

const RATES = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];
const BATCHES = [1, 2, 5, 10, 16, 32, 64, 128, 256];
const EPOCHS = [1, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The values of a list, and the one that is set where the list has it not. */
const withValue = (values: readonly number[], value: number) =>
  values.includes(value) ? values : [...values, value].sort((a, b) => a - b);

function Pick({
  label,
  term,
  value,
  values,
  set,
}: {
  label: string;
  term: TermName;
  value: number;
  values: readonly number[];
  set: (value: number) => void;
}) {
  return (
    <Select label={label} term={term} value={value} set={(chosen) => set(Number(chosen))}>
      {withValue(values, value).map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </Select>
  );
}

function Settings() {
  const { wall } = project.value;
  const { optimizer } = wall;
  const rate =
    (optimizer.config.learning_rate as number | undefined) ??
    (OPTIMIZERS[optimizer.kind].fields.learning_rate.default as number);
  return (
    <section class="train-part train-settings" aria-label={t("train.settings")}>
      <Select
        label={t("train.optimizer")}
        term="optimizer"
        value={optimizer.kind}
        set={(kind) => editWall({ ...wall, optimizer: { kind, config: { learning_rate: rate } } })}
      >
        {Object.keys(OPTIMIZERS).map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </Select>
      <Pick
        label={t("train.rate")}
        term="learning_rate"
        value={rate}
        values={RATES}
        set={(value) =>
          editWall({
            ...wall,
            optimizer: { ...optimizer, config: { ...optimizer.config, learning_rate: value } },
          })
        }
      />
      <Pick
        label={t("train.batch")}
        term="batchSize"
        value={wall.batchSize}
        values={BATCHES}
        set={(batchSize) => editWall({ ...wall, batchSize })}
      />
      <Pick
        label={t("train.epochs")}
        term="epochs"
        value={wall.epochs}
        values={EPOCHS}
        set={(epochs) => editWall({ ...wall, epochs })}
      />
      <label class="train-automatic">
        <input
          type="checkbox"
          checked={automatic.value}
          onChange={(event) => {
            automatic.value = event.currentTarget.checked;
          }}
        />
        {t("train.automatic")}
      </label>
    </section>
  );
}

/** The learning curves. Their place is there before the first epoch, or what is below would jump when it ends. */
function Charts({ began }: { began: boolean }) {
  const { loss, metrics } = project.value.wall;
  const charts = metrics.some((name) => name !== loss) ? 2 : 1;
  return (
    <div class="train-charts" data-part="curves" style={{ "--charts": charts }}>
      {began ? <Curves /> : <p class="hint">{t("train.curves.later")}</p>}
    </div>
  );
}

/** Whether the picture of the answers shows all of them: then it comes first. */
const showsAll = () => (prepared.value?.inputs.length ?? 0) <= 2;

export function TrainPanel() {
  // As computed values: what is within draws itself anew, and the rest stays while it trains.
  const began = useComputed(() => history.value.length > 0).value;
  const stands = useComputed(() => snapshot.value !== null).value;
  const first = useComputed(showsAll).value;
  const panel = useRef<HTMLDivElement>(null);
  // A cure takes its own button away.
  useFocusKept(panel, (byKey) => (byKey ? document.querySelector<HTMLElement>(".bar-play") : null));
  return (
    <div class="train" ref={panel}>
      <Settings />
      {stands && first && <Surface />}
      {began && first && <Advice />}
      {(began || stands) && <Charts began={began} />}
      {began && !first && <Advice />}
      {!began && !stands && (
        <div class="train-empty hint">
          {dataProblem.value ? (
            <DataFault class="train-fault" />
          ) : (
            t(fits.value ? "train.waiting" : "train.empty")
          )}
        </div>
      )}
      {stands && (
        <>
          {!first && <Surface />}
          <Judged />
          <Neurons />
        </>
      )}
    </div>
  );
}
