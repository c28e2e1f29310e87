/** A building's parts as a BrickLink wanted list, for upload. */
import type { Building } from "./building.ts";
import { counted } from "./parts.ts";

export function wanted(building: Building): string {
  const items = counted(building.parts).map(
    ({ part, colour, pieces }) =>
      `<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>${part.bricklink}</ITEMID>` +
      `<COLOR>${colour.bricklink}</COLOR><MINQTY>${pieces}</MINQTY></ITEM>\n`,
  );
  return `<INVENTORY>\n${items.join("")}</INVENTORY>\n`;
}
