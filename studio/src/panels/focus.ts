/** The focus stays in a panel when what had it is removed; otherwise keys begin anew at the top of the page. */
import { useEffect, useRef } from "preact/hooks";

interface Held {
  readonly element: Element;
  readonly byKey: boolean;
}

/** Focuses what `next` returns when the element within `root` that had the focus is removed. */
export function useFocusKept(
  root: { readonly current: HTMLElement | null },
  next: (byKey: boolean) => HTMLElement | null | undefined,
): void {
  const latest = useRef(next);
  latest.current = next;
  useEffect(() => {
    const within = root.current as HTMLElement;
    let held: Held | null = null;
    const onFocus = ({ target }: FocusEvent) => {
      const element = target as Element;
      held = { element, byKey: element.matches(":focus-visible") };
    };
    // Some browsers tell of a removal too, before it happens.
    const onBlur = () => queueMicrotask(() => held?.element.isConnected && forget());
    const forget = () => {
      if (document.activeElement !== held?.element) held = null;
    };
    const observer = new MutationObserver(() => {
      if (!held || held.element.isConnected) return;
      const { byKey } = held;
      held = null;
      if (document.activeElement === document.body) latest.current(byKey)?.focus();
    });
    observer.observe(within, { childList: true, subtree: true });
    within.addEventListener("focusin", onFocus);
    within.addEventListener("focusout", onBlur);
    return () => {
      observer.disconnect();
      within.removeEventListener("focusin", onFocus);
      within.removeEventListener("focusout", onBlur);
    };
  }, [root]);
}
