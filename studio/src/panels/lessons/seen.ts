/** The page as the checks of a lesson see it. */
import { computed } from "@preact/signals";
import { deadNeurons, meanWeight, type State } from "../../lessons/checks.ts";
import { outputsOf } from "../../state/live.ts";
import { lastLogs, level, prepared, project, snapshot, status } from "../../state/store.ts";
import { shownPanels } from "../../state/view.ts";
import { weightBricks } from "../../state/weight-bricks.ts";

const dead = computed(() => {
  if (!prepared.value) return null;
  const { x, rows } = prepared.value.training;
  const outputs = outputsOf(x, rows);
  return outputs && deadNeurons(project.value.wall, outputs, rows);
});

const weight = computed(() => snapshot.value && meanWeight(snapshot.value.weights));

export const seen = computed<State>(() => ({
  wall: project.value.wall,
  source: project.value.data.source,
  trainingRows: prepared.value?.training.rows ?? null,
  kept: weightBricks.value.length,
  detail: level.value,
  panels: shownPanels.value,
  settled: status.value !== "running",
  epoch: snapshot.value?.epoch ?? 0,
  logs: lastLogs.value ?? {},
  // A pass of all rows: only for a check that asks for it.
  get dead() {
    return dead.value;
  },
  get weight() {
    return weight.value;
  },
}));
