/** A list to choose from, with its label above or beside it. */
import type { ComponentChildren } from "preact";

/** `children`: the options. */
export function Select({
  label,
  value,
  set,
  id,
  children,
}: {
  label: string;
  value: string | number;
  set: (value: string) => void;
  id?: string;
  children: ComponentChildren;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => set(event.currentTarget.value)}
      >
        {children}
      </select>
    </label>
  );
}
