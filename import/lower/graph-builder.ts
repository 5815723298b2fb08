/** The graph while it grows. */
import type { Op } from '@bd-edge/sdk/internal';
import type { NdArray } from '../evaluate/nd-array.js';
import type { PlacedTensor, Sums, Value } from './values.js';

/** A tensor of the graph, and the tensor of the ONNX graph that it holds. */
export interface ComparedTensor {
  tensor: PlacedTensor;
  /** The name, the shape and the axes in the ONNX graph. */
  value: Pick<Value, 'name' | 'dims' | 'axes'>;
}

export class GraphBuilder {
  readonly ops: Op[] = [];
  readonly compared: ComparedTensor[] = [];
  /** Weights without the rounding of float32, by the names of their tensors: integers times a step. */
  readonly exactWeights = new Map<string, NdArray>();
  /** @param zeroPadding whether activations that are padded with the middle of their levels are stored with 16 bits */
  constructor(readonly zeroPadding: boolean) {}

  readonly #placed = new Map<Sums, Map<string, PlacedTensor>>();

  /** Appends an op. @returns the index of its output tensor */
  append(op: Op): number {
    return this.ops.push(op);
  }

  /** Returns the tensor that holds sums in a representation; it is made once. */
  once(sums: Sums, representation: string, make: () => PlacedTensor): PlacedTensor {
    const known = this.#placed.get(sums) ?? new Map<string, PlacedTensor>();
    this.#placed.set(sums, known);
    const tensor = known.get(representation) ?? make();
    known.set(representation, tensor);
    return tensor;
  }

  compare(tensor: PlacedTensor, { name, dims, axes }: Value): void {
    this.compared.push({ tensor, value: { name, dims, axes } });
  }
}
