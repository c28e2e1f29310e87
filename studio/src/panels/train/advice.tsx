/** The note that a wall overfits, or learns too little, and what helps, each as one edit. */
import { lesson } from "../../lessons/state.ts";
import { retrain } from "../../state/session.ts";
import { editWall, project, trainedBefore } from "../../state/store.ts";
import { overfitSince, rightTooSeldom } from "../../state/verdict.ts";
import { type Cure, curesFor, strengthened } from "../../wall/cures.ts";
import { t } from "../../words/words.ts";
import { say } from "../toast.tsx";

const nameOf = ({ kind, n }: Cure) => t(`train.cure.${kind}`, { n });

function apply(cure: Cure): void {
  const isOfEpochs = cure.wall.epochs !== project.value.wall.epochs;
  editWall(cure.wall);
  if (isOfEpochs) retrain(); // other edits do it by themselves
  say(t("train.cured", { what: nameOf(cure) }));
}

function Note({ said, cures }: { said: string; cures: readonly Cure[] }) {
  return (
    <div class="train-note">
      <p role="status">{said}</p>
      <div class="train-cures">
        {cures.map((cure) => (
          <button key={cure.kind} type="button" class="button" onClick={() => apply(cure)}>
            {nameOf(cure)}
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
    const cures = curesFor(wall, since - trainedBefore.value);
    return <Note said={t("train.overfit", { epoch: since })} cures={cures} />;
  }
  const right = rightTooSeldom.value;
  if (right === null || lesson.value) return null; // a lesson lets one find it out
  const share = `${Math.round(100 * right)}%`;
  return <Note said={t("train.weak", { share })} cures={strengthened(wall)} />;
}
