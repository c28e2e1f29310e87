/**
 * Korean particles after what is filled in: "Input을(를)" becomes "Input을". Which one it is depends on
 * the last sound. Korean letters have it, digits and Latin names as they are read in Korean: Input is
 * inpus with a closing t, Dense is denseu with an open end.
 */

/** How a word ends: openly, with an l (which one particle takes as open), or with another consonant. */
type End = "open" | "l" | "closed";

const DIGITS: readonly End[] = [
  "closed", // yeong
  "l", // il
  "open",
  "closed", // sam
  "open",
  "open",
  "closed", // yuk
  "l", // chil
  "l", // pal
  "open",
];

/** Capitals are read one by one: L is el, M em, N en, R al. */
const CAPITALS: Readonly<Record<string, End>> = { L: "l", M: "closed", N: "closed", R: "l" };

const HANGUL = 0xac00;
const FINALS = 28;
const FINAL_L = 8;

function endOf(word: string): End | null {
  const last = word.at(-1) ?? "";
  const syllable = last.charCodeAt(0) - HANGUL;
  if (syllable >= 0 && /[가-힣]/.test(last)) {
    const final = syllable % FINALS;
    return final === 0 ? "open" : final === FINAL_L ? "l" : "closed";
  }
  if (/\d/.test(last)) return DIGITS[Number(last)];
  if (!/[a-z]/i.test(last)) return null;
  if (/(^|[A-Z0-9_])[A-Z]$/.test(word)) return CAPITALS[last] ?? "open";
  const name = word.toLowerCase();
  if (/le?$/.test(name)) return "l"; // model, file
  if (/([mn]e?|ng)$/.test(name)) return "closed"; // Adam, Activation, name
  return /([aeiouy]|c)[ptkbg]$|[aeiou]c$/.test(name) ? "closed" : "open"; // Dropout, Block
}

/** Returns a text with the particles that fit, where it leaves both open. */
export function withParticles(text: string): string {
  return text.replace(
    /([\w가-힣]*)([^\w가-힣\s]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로)/g,
    (whole, word: string, marks: string, both: string) => {
      const end = endOf(word);
      if (end === null) return whole;
      const particle =
        both === "(으)로"
          ? end === "closed"
            ? "으로"
            : "로"
          : both === "와(과)"
            ? end === "open"
              ? "와"
              : "과"
            : both[end === "open" ? 2 : 0];
      return word + marks + particle;
    },
  );
}
