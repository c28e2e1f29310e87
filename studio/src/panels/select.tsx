/** A list to choose from, with its label above or beside it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { TermName } from "../words/terms.ts";
import { FieldName } from "./term.tsx";

/** `term`: what its label means, if that is explained; `children`: the options. */
export function Select({
  label,
  value,
  set,
  term,
  disabled,
  id,
  children,
}: {
  label: string;
  value: string | number;
  set: (value: string) => void;
  term?: TermName | undefined;
  disabled?: boolean | undefined;
  id?: string;
  children: ComponentChildren;
}) {
  const own = useId();
  return (
    <div class="field">
      <FieldName id={id ?? own} label={label} term={term} />
      <select
        id={id ?? own}
        class="input"
        value={value}
        disabled={disabled}
        onChange={(event) => set(event.currentTarget.value)}
      >
        {children}
      </select>
    </div>
  );
}
