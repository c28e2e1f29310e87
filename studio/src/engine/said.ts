/** What an engine says, as a key of `words` with what is filled in: the worker knows no language. */

export interface Said {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number | Said>>;
}

/** Why a job is refused; `brick` is the index of the one at fault. */
export class Refusal extends Error {
  constructor(
    readonly said: Said,
    readonly brick?: number,
  ) {
    super(said.key);
  }
}
