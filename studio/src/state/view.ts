/** How the page is shown: its theme, its language, its width, and which panels are open. */
import { computed, effect, signal } from "@preact/signals";
import { LANGUAGES, type Language, language } from "../words/words.ts";
import { keep, kept } from "./kept.ts";
import { status } from "./store.ts";

export type Theme = "auto" | "light" | "dark";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(prefersDark.matches);
prefersDark.addEventListener("change", (event) => {
  systemDark.value = event.matches;
});

export const theme = signal<Theme>(
  (["light", "dark"] as const).find((one) => one === kept("theme")) ?? "auto",
);
export const dark = computed(() =>
  theme.value === "auto" ? systemDark.value : theme.value === "dark",
);

const narrowest = matchMedia("(max-width: 859px)");
const middling = matchMedia("(max-width: 1099px)");
const measured = () => (narrowest.matches ? "narrow" : middling.matches ? "middle" : "wide");
/** narrow: one panel at a time; middle: no left column; wide: all. */
export const room = signal<"narrow" | "middle" | "wide">(measured());
for (const query of [narrowest, middling])
  query.addEventListener("change", () => (room.value = measured()));

export const leftTab = signal("bricks");
export const rightTab = signal("train");
export const narrowTab = signal("wall");

const RIGHT = ["train", "understand", "code"] as const;
/** The panels of a narrow page, and those on the right of others. */
export const NARROW = ["wall", "data", ...RIGHT] as const;
export const rightPanels = computed(() =>
  room.value === "middle" ? (["data", ...RIGHT] as const) : RIGHT,
);

/** What is open there: a panel that is elsewhere at this width is not. */
export const narrowShown = computed(() => NARROW.find((one) => one === narrowTab.value) ?? "wall");
export const rightShown = computed(
  () => rightPanels.value.find((one) => one === rightTab.value) ?? "train",
);

/** The panels that are open. */
export const shownPanels = computed((): readonly string[] => {
  if (room.value === "narrow") return [narrowShown.value];
  return room.value === "wide" ? [leftTab.value, rightShown.value] : [rightShown.value];
});

/** Opens a panel, wherever it is at this width. */
export function show(panel: string): void {
  narrowTab.value = panel;
  if (panel === "bricks") leftTab.value = panel;
  else if (panel === "data" && room.value === "wide") leftTab.value = panel;
  else if (panel !== "wall") rightTab.value = panel;
}

export function start(): void {
  const chosen = kept("language");
  const preferred = navigator.language.startsWith("ko") ? "ko" : "en";
  language.value = LANGUAGES.find((one) => one === chosen) ?? (preferred as Language);
  effect(() => {
    document.documentElement.lang = language.value;
  });
  effect(() => {
    document.documentElement.dataset.theme = dark.value ? "dark" : "light";
  });
  effect(() => {
    document.documentElement.dataset.status = status.value;
  });
}

export function setLanguage(one: Language): void {
  language.value = one;
  keep("language", one);
}

export function setTheme(one: Theme): void {
  theme.value = one;
  keep("theme", one);
}
