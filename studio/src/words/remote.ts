import type { Area } from "./words.ts";

/** The engine that Python lends, and why it does not. */
export const remote: Area = {
  en: {
    "remote.gone":
      "Python does not answer. If `brickwork studio` has ended, start it again and open the address that it prints.",
    "remote.token":
      "This page belongs to an earlier start of `brickwork studio`. Open the address that it printed last.",
    "remote.full": "Too many pages of the studio are open. Close one of them.",
    "remote.large":
      "This table is too large for the engine of Python, so the page trains by itself. Choose fewer rows or columns, and reload the page.",
  },
  ko: {
    "remote.gone":
      "파이썬이 응답하지 않습니다. `brickwork studio`가 끝났다면 다시 시작하고 출력되는 주소를 여세요.",
    "remote.token":
      "이 페이지는 `brickwork studio`를 이전에 시작했을 때의 것입니다. 마지막으로 출력된 주소를 여세요.",
    "remote.full": "스튜디오 페이지가 너무 많이 열려 있습니다. 하나를 닫으세요.",
    "remote.large":
      "이 표는 파이썬 엔진이 받기에 너무 커서 페이지가 직접 학습합니다. 행이나 열을 줄이고 페이지를 새로고침하세요.",
  },
};
