/** The link that holds the wall: shown to be copied. */
import { useComputed, useSignal } from "@preact/signals";
import { isTrained, snapshot } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { LinkField, linkOf } from "../link.tsx";

export function LinkView({ back }: { back: () => void }) {
  const withWeights = useSignal(false);
  // While it trains, only a link with weights is another one after each step.
  const link = useComputed(() =>
    linkOf({ weights: withWeights.value ? snapshot.value?.weights : undefined }),
  ).value;
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
              checked={withWeights.value}
              onChange={(event) => {
                withWeights.value = event.currentTarget.checked;
              }}
            />
            {t("take.link.weights")}
          </label>
        )}
      </LinkField>
    </div>
  );
}
