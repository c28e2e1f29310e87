/** The link that holds the wall: shown to be copied. */
import { useEffect, useRef, useState } from "preact/hooks";
import { toLink } from "../../files/link.ts";
import { level, project, snapshot } from "../../state/store.ts";
import { language, t } from "../../words/words.ts";
import { whyNot } from "./bring.ts";

/** Returns the link and what is not in it, or why there is none. */
function made(withWeights: boolean): { address: string; notes: readonly string[] } {
  const shared = { project: project.value, level: level.value, language: language.value };
  try {
    const { fragment, notes } = toLink(shared, withWeights ? snapshot.value?.weights : undefined);
    return { address: location.href.replace(/#.*$/, "") + fragment, notes };
  } catch (error) {
    return { address: "", notes: [whyNot(error)] };
  }
}

export function LinkView({ back }: { back: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [withWeights, setWithWeights] = useState(false);
  const [said, setSaid] = useState("");
  const { address, notes } = made(withWeights);
  useEffect(() => field.current?.select(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setSaid(t("take.link.copied"));
    } catch {
      field.current?.select(); // browsers forbid it in some folders
      setSaid(t("take.link.press"));
    }
  };
  return (
    <div class="export-link">
      <label class="field">
        <span>{t("take.link.label")}</span>
        <input ref={field} class="input" readOnly value={address} />
      </label>
      {Boolean(snapshot.value?.step) && (
        <label class="export-check">
          <input
            type="checkbox"
            checked={withWeights}
            onChange={(event) => {
              setWithWeights(event.currentTarget.checked);
              setSaid("");
            }}
          />
          {t("take.link.weights")}
        </label>
      )}
      {notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
      {location.protocol === "file:" && <p class="hint">{t("take.link.folder")}</p>}
      <p role="status">{said}</p>
      <div class="export-buttons">
        <button type="button" class="button" onClick={back}>
          {t("take.back")}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!address}
          onClick={() => void copy()}
        >
          {t("take.link.copy")}
        </button>
      </div>
    </div>
  );
}
