/** The link that holds the wall: shown to be copied. */
import { useComputed, useSignal } from "@preact/signals";
import { isTrained, snapshot } from "../../state/store.ts";
import type { Weights } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { LinkField, linkOf } from "../link.tsx";

export function LinkView({ back }: { back: () => void }) {
  // Those of the moment: while it trains, the link would be another one after each step.
  const weights = useSignal<Weights | undefined>(undefined);
  const link = useComputed(() => linkOf({ weights: weights.value })).value;
  return (
    <div class="export-link">
      <LinkField
        link={link}
        words="take.link"
        isSelected
        beside={
          <button type="button" class="button" onClick={back}>
            {t("take.back")}
          </button>
        }
      >
        {isTrained.value && (
          <label class="export-check">
            <input
              type="checkbox"
              checked={weights.value !== undefined}
              onChange={(event) => {
                weights.value = event.currentTarget.checked ? snapshot.peek()?.weights : undefined;
              }}
            />
            {t("take.link.weights")}
          </label>
        )}
      </LinkField>
    </div>
  );
}
