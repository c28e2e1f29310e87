/** A dialog over the page, with its title and the button that closes it. */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words/words.ts";
import { useFocusKept } from "./focus.ts";
import { IconButton } from "./icons.tsx";
import "./dialog.css";

/** What is in it is there only while it is open. */
export function Dialog({
  isOpen,
  close,
  class: css,
  title,
  children,
}: {
  isOpen: boolean;
  close: () => void;
  class: string;
  title: string;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useFocusKept(dialog, (byKey) =>
    byKey
      ? dialog.current?.querySelector<HTMLElement>(
          ".dialog-body :is(input, li button, section button)",
        )
      : null,
  );
  useLayoutEffect(() => {
    if (!isOpen) dialog.current?.close();
    else if (dialog.current) {
      dialog.current.showModal();
      dialog.current.scrollTop = 0; // browsers remember where it was
    }
  }, [isOpen]);
  return (
    // A click on the dialog itself is one beside what it shows.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog
    <dialog
      ref={dialog}
      class={`dialog ${css}`}
      aria-labelledby={heading}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {isOpen && (
        <div class="dialog-body">
          <div class="dialog-head">
            <h2 id={heading}>{title}</h2>
            <IconButton icon="close" label={t("frame.close")} onClick={close} />
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
