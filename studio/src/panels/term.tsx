/** The name of a field or a figure, with a "?" that tells what it means. */
import { useId, useRef } from "preact/hooks";
import type { TermName } from "../words/terms.ts";
import { t } from "../words/words.ts";
import "./term.css";

const MARGIN = 8; // to the edges of the page, and to the button

/** `of`: the id of the name that is explained. */
export function Term({ name, of }: { name: TermName; of: string }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const text = useRef<HTMLParagraphElement>(null);
  const place = () => {
    const at = button.current?.getBoundingClientRect();
    const bubble = text.current;
    if (!at || !bubble?.matches(":popover-open")) return;
    const { offsetWidth: width, offsetHeight: height } = bubble;
    const left = Math.min(at.left, innerWidth - width - MARGIN);
    const below = at.bottom + MARGIN;
    const top = below + height > innerHeight - MARGIN ? at.top - height - MARGIN : below;
    bubble.style.visibility = "";
    bubble.style.translate = `${Math.max(MARGIN, left)}px ${Math.max(MARGIN, top)}px`;
    // It would stay where it is while what it explains scrolls away.
    addEventListener("scroll", () => bubble.hidePopover(), { capture: true, once: true });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="term"
        popovertarget={id}
        aria-label={t("terms.what")}
        aria-describedby={of}
      >
        ?
      </button>
      <p
        ref={text}
        id={id}
        popover="auto"
        class="term-text"
        onBeforeToggle={(event) => {
          event.currentTarget.style.visibility = "hidden"; // until it has its place
        }}
        onToggle={place}
      >
        {t(`term.${name}`)}
      </p>
    </>
  );
}

/** The label of a field. `id`: the field's. */
export function FieldName({
  id,
  label,
  term,
}: {
  id: string;
  label: string;
  term?: TermName | undefined;
}) {
  return (
    <div class="field-name">
      <label id={`${id}-name`} for={id}>
        {label}
      </label>
      {term && <Term name={term} of={`${id}-name`} />}
    </div>
  );
}
