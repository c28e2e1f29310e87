/** Formulas as text, and the sentences between them. */
import type { ComponentChildren } from "preact";
import { short } from "../../understand/numbers.ts";

/** A formula: `^` raises what follows, `_` lowers it. */
export function Formula({ text, class: css = "" }: { text: string; class?: string }) {
  const parts = text.split(/([\^_](?:\([^)]*\)|[−\w.]+(?:\([^)]*\))?))/);
  return (
    <span class={`understand-formula ${css}`}>
      {parts.map((part, i) => {
        const key = `${i} ${part}`;
        if (part.startsWith("^")) return <sup key={key}>{part.slice(1)}</sup>;
        return part.startsWith("_") ? <sub key={key}>{part.slice(1)}</sub> : part;
      })}
    </span>
  );
}

export const Line = ({ children }: { children: ComponentChildren }) => (
  <p class="understand-line">{children}</p>
);

/** An equation in letters, in numbers, and what it comes to. */
export function Equation({
  left,
  symbols,
  numbers,
  value,
}: {
  left: string;
  symbols: string;
  numbers?: string;
  value: number;
}) {
  return (
    <div class="understand-equation">
      <Formula text={`${left} = ${symbols}`} />
      {numbers && numbers !== symbols && <Formula text={`${left} = ${numbers}`} />}
      <Formula text={`${left} = ${short(value)}`} class="value" />
    </div>
  );
}
