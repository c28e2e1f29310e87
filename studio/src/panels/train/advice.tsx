/** The note that a wall overfits, or learns too little, and what helps, each as one edit. */
import { lesson } from "../../lessons/state.ts";
import { epochsBrought, retrain } from "../../state/session.ts";
import { editWall, project } from "../../state/store.ts";
import { overfitSince, rightTooSeldom } from "../../state/verdict.ts";
import { type Cure, curesFor, strengthened } from "../../wall/cures.ts";
import { t } from "../../words/words.ts";
import { say } from "../toast.tsx";

/** Epochs count on from those that the wall was trained for elsewhere. */
const nameOf = ({ kind, n }: Cure, before: number) =>
  t(`train.cure.${kind}`, { n: kind === "epochs" || kind === "longer" ? before + n : n });

function apply(cure: Cure, before: number): void {
  const isOfEpochs = cure.wall.epochs !== project.value.wall.epochs;
  editWall(cure.wall);
  if (isOfEpochs) retrain(); // other edits do it by themselves
  say(t("train.cured", { what: nameOf(cure, before) }));
}

function Note({ said, cures }: { said: string; cures: readonly Cure[] }) {
  const before = epochsBrought(project.value.wall);
  return (
    <div class="train-note">
      <p role="status">{said}</p>
      <div class="train-cures">
        {cures.map((cure) => (
          <button key={cure.kind} type="button" class="button" onClick={() => apply(cure, before)}>
            {nameOf(cure, before)}
          </button>
        ))}
      </div>
    </div>
  );
}

export function Advice() {
  const { wall } = project.value;
  const since = overfitSince.value;
  if (since !== null) {
    const cures = curesFor(wall, since - epochsBrought(wall));
    return <Note said={t("train.overfit", { epoch: since })} cures={cures} />;
  }
  const right = rightTooSeldom.value;
  if (right === null || lesson.value) return null; // a lesson lets one find it out
  const share = `${Math.round(100 * right)}%`;
  return <Note said={t("train.weak", { share })} cures={strengthened(wall)} />;
}
