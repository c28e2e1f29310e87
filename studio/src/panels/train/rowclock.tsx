/**
 * Which row of its batch a slow training is at. A step is taken for all rows of a batch at once, so
 * that nothing would change for as long as they are passed over.
 */
import { useEffect, useState } from "preact/hooks";
import type { Snapshot } from "../../engine/protocol.ts";
import { pace, prepared, project, status } from "../../state/store.ts";
import { t } from "../../words/words.ts";

/** Returns the row, from 1, after so many seconds at a number of rows a second. */
export const rowAt = (seconds: number, rowsPerSecond: number, rows: number) =>
  Math.min(rows, 1 + Math.floor(seconds * rowsPerSecond));

/** Returns how many rows the step after a snapshot takes. */
export function rowsOfStep({ batch }: Snapshot): number {
  const { batchSize } = project.value.wall;
  const all = prepared.value?.training.rows ?? 0;
  return Math.min(batchSize, all - batch * batchSize);
}

export function RowClock({ now }: { now: Snapshot }) {
  const speed = pace.value;
  const rows = rowsOfStep(now);
  const isSlow = status.value === "running" && speed !== null && speed < rows;
  const [row, setRow] = useState(1);
  useEffect(() => {
    setRow(1);
    if (!isSlow) return;
    const begun = performance.now();
    const timer = setInterval(
      () => setRow(rowAt((performance.now() - begun) / 1000, speed, rows)),
      Math.max(100, 500 / speed),
    );
    return () => clearInterval(timer);
  }, [now.step, isSlow, speed, rows]);
  return isSlow ? <span>{t("train.rowat", { row, rows })}</span> : null;
}
