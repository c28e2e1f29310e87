/** A line that says what was done; a fault stays until it is closed. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../words/words.ts";
import { IconButton } from "./icons.tsx";
import "./toast.css";

interface Said {
  readonly lines: readonly string[];
  readonly fault: boolean;
}

const SECONDS = 6; // a line

const said = signal<Said | null>(null);

/** Says what was done; further lines are details. */
export function say(...lines: readonly string[]): void {
  said.value = { lines, fault: false };
}

export function sayFault(...lines: readonly string[]): void {
  said.value = { lines, fault: true };
}

const close = () => {
  said.value = null;
};

export function Toast() {
  const now = said.value;
  useEffect(() => {
    if (!now || now.fault) return;
    const timer = setTimeout(close, SECONDS * 1000 * now.lines.length);
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <div class={now ? `toast ${now.fault ? "fault" : ""}` : "toast-empty"}>
      {/* Both regions are there before they are filled: otherwise screen readers miss the first one. */}
      <div role="status">{now && !now.fault && <Lines lines={now.lines} />}</div>
      <div role="alert">{now?.fault && <Lines lines={now.lines} />}</div>
      {now && <IconButton icon="close" size={16} label={t("frame.close")} onClick={close} />}
    </div>
  );
}

const Lines = ({ lines: [first, ...more] }: { lines: readonly string[] }) => (
  <>
    <p>{first}</p>
    {more.length > 0 && (
      <ul>
        {more.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    )}
  </>
);
