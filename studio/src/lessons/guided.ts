/** The lessons that come with the page, in the order in which they are offered. */
import { code } from "./code.ts";
import { dead } from "./dead.ts";
import type { Lesson } from "./lesson.ts";
import { overfitting } from "./overfitting.ts";
import { signals } from "./signals.ts";
import { spiral } from "./spiral.ts";
import { weight } from "./weight.ts";
import { xor } from "./xor.ts";

export const GUIDED: readonly Lesson[] = [signals, xor, spiral, overfitting, dead, code, weight];
