/** The arrays that a container holds, as whoever knows the network takes them. */
import { floats32 } from "./bytes.ts";
import type { Dtype, Tensor } from "./safetensors.ts";
import { Refusal } from "./untrusted.ts";

/** The arrays of a file: each is of the kind that is expected, and none may be left. */
export class Arrays {
  private readonly taken = new Set<string>();

  constructor(private readonly tensors: ReadonlyMap<string, Tensor>) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  take(name: string, dtype: Dtype, shape: readonly number[]): Tensor {
    const found = this.tensors.get(name);
    if (!found) throw new Refusal("files.brick.missing", { name });
    if (found.dtype !== dtype || found.shape.join() !== shape.join())
      throw new Refusal("files.brick.shape", {
        name,
        got: `${found.dtype} [${found.shape}]`,
        expected: `${dtype} [${shape}]`,
      });
    this.taken.add(name);
    return found;
  }

  /** Returns an array of any numbers, infinite ones, too. */
  numbers(name: string, shape: readonly number[]): Float32Array {
    return floats32(this.take(name, "F32", shape).bytes);
  }

  floats(name: string, shape: readonly number[]): Float32Array {
    const values = this.numbers(name, shape);
    if (!values.every(Number.isFinite)) throw new Refusal("files.infinite", { where: name });
    return values;
  }

  shapeOf(name: string): readonly number[] {
    return this.tensors.get(name)?.shape ?? [];
  }

  /** Whether it is an array of a layer, and was taken. */
  isWeight(name: string): boolean {
    return name.startsWith("layers/") && this.taken.has(name);
  }

  /** Takes all that begins so, unseen. */
  skip(prefix: string): void {
    for (const name of this.tensors.keys()) if (name.startsWith(prefix)) this.taken.add(name);
  }

  checkRest(): void {
    for (const name of this.tensors.keys())
      if (!this.taken.has(name)) throw new Refusal("files.brick.more", { name });
  }
}
