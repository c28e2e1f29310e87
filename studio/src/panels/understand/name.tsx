import { shownName } from "../names.ts";

/** The name of an input; of "column = category" the column is shortened first, so that the category can be read. */
export function InputName({ name: given }: { name: string }) {
  const name = shownName(given);
  const at = name.indexOf(" = ");
  return (
    <span class="name" title={name}>
      {at < 0 ? (
        name
      ) : (
        <>
          <span style={{ "--letters": at }}>{name.slice(0, at)}</span>
          <b>= {name.slice(at + 3)}</b>
        </>
      )}
    </span>
  );
}
