/** A lesson: a wall to begin with, and steps that each say something and ask for something. Plain data. */
import type { DataChoice } from "../data/table.ts";
import type { Wall } from "../wall/wall.ts";
import { LANGUAGES, type Language } from "../words/words.ts";
import { CHECKS, type Check, type DETAILS, met, PANELS, type State } from "./checks.ts";

export const WATCHED = ["wall", ...PANELS] as const;

/** Parts of panels that a step can speak of; each is marked with its name: `data-part`. */
export const PARTS = ["surface", "curves", "neurons"] as const;

/** A text in one language or more. */
export type Said = Readonly<Partial<Record<Language, string>>>;

export interface Step {
  /** `code` stands between backticks, what matters between double asterisks. */
  readonly text: Said;
  readonly hint?: Said | undefined;
  /** None: the step is there to be read. */
  readonly checks: readonly Check[];
  /** The panel that is to be seen when it begins and while it trains, and the part of it. */
  readonly watch?: (typeof WATCHED)[number] | undefined;
  readonly part?: (typeof PARTS)[number] | undefined;
  /** Whether it trains slowly enough to be followed by eye. */
  readonly slow?: boolean | undefined;
}

export interface Start {
  readonly wall: Wall;
  readonly data: DataChoice;
  readonly detail: (typeof DETAILS)[number];
}

export interface Lesson {
  readonly id: string;
  readonly title: Said;
  readonly steps: readonly Step[];
  readonly start: Start;
}

/** Returns a text in a language, or else in the one that it is there in. */
export function inLanguage(text: Said, language: Language): string {
  return text[language] || LANGUAGES.map((other) => text[other]).find(Boolean) || "";
}

export const asksTraining = ({ checks }: Step) => checks.some(({ kind }) => CHECKS[kind].trained);

/** Whether a step asks for a training: a wall that trains by itself would do it unasked. */
export const trains = ({ steps }: Lesson) => steps.some(asksTraining);

/** Whether nothing but a training is missing. */
export const wantsTraining = (step: Step, state: State) =>
  asksTraining(step) &&
  step.checks.every((check) => CHECKS[check.kind].trained || met(check, state));

export const stepMet = (step: Step, state: State) =>
  step.checks.every((check) => met(check, state));

export interface Piece {
  readonly text: string;
  readonly kind: "plain" | "code" | "strong";
}

/** Returns the pieces of a text: code between backticks, what matters between double asterisks. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((piece) => {
      if (/^`[^`]+`$/.test(piece)) return { kind: "code", text: piece.slice(1, -1) };
      if (/^\*\*[^*]+\*\*$/.test(piece)) return { kind: "strong", text: piece.slice(2, -2) };
      return { kind: "plain", text: piece };
    });
}
