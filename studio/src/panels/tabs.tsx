/** Tabs as WAI-ARIA has them: arrow keys go from one to the next. */
import type { ComponentChildren } from "preact";

export interface Tab {
  readonly id: string;
  readonly label: string;
}

export function Tabs({
  tabs,
  chosen,
  choose,
  label,
  class: css = "tabs",
  children,
}: {
  tabs: readonly Tab[];
  chosen: string;
  choose: (id: string) => void;
  label: string;
  class?: string;
  children?: (tab: Tab) => ComponentChildren;
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    choose(next.id);
    (
      (event.currentTarget as HTMLElement).querySelector(
        `[data-tab="${next.id}"]`,
      ) as HTMLElement | null
    )?.focus();
  };
  return (
    <div class={css} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`tab-${tab.id}`}
          data-tab={tab.id}
          aria-selected={tab.id === chosen}
          aria-controls={tab.id === chosen ? `panel-${tab.id}` : undefined}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => choose(tab.id)}
        >
          {children?.(tab) ?? tab.label}
        </button>
      ))}
    </div>
  );
}
