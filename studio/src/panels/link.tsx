/** The link that holds what is on the page, in a field to copy it from. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { toLink } from "../files/link.ts";
import { level, project } from "../state/store.ts";
import type { Value, Weights } from "../wall/wall.ts";
import { language, t } from "../words/words.ts";
import { whyNot } from "./export/bring.ts";
import "./link.css";

interface Link {
  readonly address: string; // "" if there is none
  readonly notes: readonly string[]; // what is not in it, or why there is none
}

/** Returns the link of the project, with what goes along. */
export function linkOf(along: { weights?: Weights | undefined; lesson?: Value }): Link {
  const { weights, lesson } = along;
  const shared = { project: project.value, level: level.value, language: language.value, lesson };
  try {
    const { fragment, notes } = toLink(shared, weights);
    return { address: location.href.replace(/#.*$/, "") + fragment, notes };
  } catch (error) {
    return { address: "", notes: [whyNot(error)] };
  }
}

/** `words`: the keys of its texts begin with this. `beside`: another button. */
export function LinkField({
  link: { address, notes },
  words,
  isSelected = false,
  beside,
  children,
}: {
  link: Link;
  words: string;
  isSelected?: boolean;
  beside: ComponentChildren;
  children?: ComponentChildren;
}) {
  const field = useRef<HTMLInputElement>(null);
  const isFile = location.protocol === "file:"; // others can't open its links
  const [told, setTold] = useState({ address: "", key: "" });
  useEffect(() => {
    if (isSelected) field.current?.select();
  }, []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setTold({ address, key: "copied" });
    } catch {
      field.current?.select(); // browsers forbid it in some folders
      setTold({ address, key: "press" });
    }
  };
  return (
    <>
      <label class="field">
        <span>{t(`${words}.label`)}</span>
        <input ref={field} class="input" readOnly value={address} />
      </label>
      {children}
      {notes.map((note) => (
        <p key={note} class={address ? "hint" : "fault"}>
          {note}
        </p>
      ))}
      {isFile && <p class="hint">{t(`${words}.folder`)}</p>}
      {/* What was said of another link does not hold for this one. */}
      <p role="status">
        {told.key && told.address === address && t(`${isFile ? "take.link" : words}.${told.key}`)}
      </p>
      <div class="link-buttons">
        {beside}
        <button
          type="button"
          class="button primary"
          disabled={!address}
          onClick={() => void copy()}
        >
          {t(`${words}.copy`)}
        </button>
      </div>
    </>
  );
}
