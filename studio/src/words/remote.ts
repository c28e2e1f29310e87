import type { Area } from "./words.ts";

/** The engine that Python lends, and why it does not. */
export const remote: Area = {
  en: {
    "remote.gone":
      "Python does not answer, so the page trains by itself now: you can go on here. For its engine, start “brickwork studio” again and open the address that it prints.",
    "remote.goes":
      "The training goes on from epoch {epoch}; what the optimizer remembers begins anew.",
    "remote.token":
      "This page belongs to an earlier start of “brickwork studio”. Open the address that it printed last; this page trains by itself.",
    "remote.full":
      "Too many pages of the studio are open, so this one trains by itself. Close one of them.",
    "remote.large":
      "This table is too large for the engine of Python, so the page trains by itself. Choose fewer rows or columns, and reload the page.",
  },
  ko: {
    "remote.gone":
      "파이썬이 응답하지 않아 이제 페이지가 직접 학습합니다. 여기서 계속해도 됩니다. 파이썬 엔진을 쓰려면 ‘brickwork studio’를 다시 시작하고 출력되는 주소를 여세요.",
    "remote.goes": "학습은 에포크 {epoch}부터 이어지며, 옵티마이저의 기억은 새로 시작합니다.",
    "remote.token":
      "이 페이지는 ‘brickwork studio’를 이전에 시작했을 때의 것입니다. 마지막으로 출력된 주소를 여세요. 이 페이지는 직접 학습합니다.",
    "remote.full":
      "스튜디오 페이지가 너무 많이 열려 있어 이 페이지는 직접 학습합니다. 하나를 닫으세요.",
    "remote.large":
      "이 표는 파이썬 엔진이 받기에 너무 커서 페이지가 직접 학습합니다. 행이나 열을 줄이고 페이지를 새로고침하세요.",
  },
};
