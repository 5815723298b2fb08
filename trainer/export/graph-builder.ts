/**
 * The graph while it grows: ops in order, and the activations that can be compared with the trained model.
 */
import type { Op } from '@bd-edge/sdk/internal';
import type * as tf from '../tensorflow/index.js';
import { NO_NORM } from './channel-norm.js';
import type { Refuse } from './errors.js';
import { foldFixedPoint } from './fold-fixed-point.js';
import { averageOf, eachPixel, normsOf, requireNoBias } from './sums.js';
import { type BitsValue, type SumsValue, sizeOf, type TensorValue, type Value } from './values.js';
import type { PlacedWindow } from './window.js';
import type { Wire } from './wire.js';

/** An activation or a stream that ends an op, or the pool after it. */
export interface ComparedActivation {
  /** The index of the op whose output holds it. */
  op: number;
  /** One tensor, or the two whose channels stand side by side in the op's output. */
  tensors: readonly tf.SymbolicTensor[];
  /** The real value of one bit or one fixed-point step. */
  step: number;
}

/** A layer in which one steep channel costs the other channels their precision. */
export interface ImpreciseLayer {
  layer: string;
  /** The steepest channel; a second copy's channels are after the first's. */
  channel: number;
  /** The bound of an error, in fixed-point steps. */
  error: number;
}

/** Errors below this are not worth a warning: they change fewer than one rounding in 30. */
const MAX_ERROR = 1 / 64;

const RANGES = { u8: [0, 255], int16: [-32768, 32767] } as const;

/** An addend moves a stream by up to its own range, so the sum without it matters in twice the range. */
const RANGE_WITH_ADDEND = [-32768 - 32767, 32767 + 32768] as const;

export class GraphBuilder {
  readonly ops: Op[] = [];
  readonly activations: ComparedActivation[] = [];
  readonly imprecise: ImpreciseLayer[] = [];
  /** The tensors of the trained model that have the output of a max-pool of numbers, by the pool's op. */
  readonly poolWires = new Map<number, Wire>();
  readonly #placed = new Map<BitsValue, TensorValue>();
  /** By the index of the stream that they hold twice. */
  readonly #twofold = new Map<number, TensorValue>();

  /** Appends an op. @returns the index of its output tensor */
  append(op: Op): number {
    return this.ops.push(op);
  }

  /**
   * Gives a value its place in the graph, so that a layer can read it.
   *
   * @param symbolic the tensor of the trained model that has the value
   * @throws the error that `refuse` makes, where the value is neither the image nor an activation nor a
   *   stream
   */
  place(symbolic: tf.SymbolicTensor, value: Value, refuse: Refuse): TensorValue {
    if (value.kind === 'tensor') return value;
    if (value.kind !== 'bits')
      throw refuse('its input must be the image or the output of an activation or a FixedPoint layer');
    const known = this.#placed.get(value);
    if (known) return known;
    const { pending, pools, thresholds, coupled, step } = value;
    let index = this.append({ ...pending.op, epilogue: { kind: 'threshold', thresholds, coupled } });
    for (const { beforeNorm, ...window } of pools) {
      const inverted = thresholds.flatMap(({ invert }) => [...invert]);
      const andMask = Uint8Array.from(inverted, (invert) => (beforeNorm ? invert : 0));
      index = this.append({ kind: 'max-pool', input: index, ...window, andMask });
    }
    this.activations.push({ op: index - 1, tensors: [symbolic], step });
    const [height, width] = sizeOf(value);
    const channels = pending.op.filters * (coupled ? 1 : thresholds.length);
    const largest = coupled ? 2 : 1;
    const placed: TensorValue = { kind: 'tensor', index, height, width, channels, copies: 1, largest, step };
    this.#placed.set(value, placed);
    return placed;
  }

  /** Appends a max-pool of a tensor. */
  maxPool(wire: Wire, input: TensorValue, window: PlacedWindow): TensorValue {
    const index = this.append({
      kind: 'max-pool',
      input: input.index,
      ...window,
      andMask: new Uint8Array(),
    });
    this.poolWires.set(index - 1, wire);
    return { ...input, index, height: window.outputHeight, width: window.outputWidth };
  }

  /**
   * Ends sums in fixed-point numbers and appends their op.
   *
   * @param addend the stream that is added
   * @throws the error that `refuse` makes
   */
  endInFixedPoint(
    wire: Wire,
    sums: SumsValue,
    { type, step, addend }: { type: 'u8' | 'int16'; step: number; addend?: TensorValue },
    refuse: Refuse,
  ): TensorValue {
    const { pending, copies, channels, pools, norms } = sums;
    if (pools.length > 0)
      throw refuse('pooling before it is not supported; pool after an earlier activation, or after it');
    requireNoBias(sums, refuse);
    const { error, steepest, ...folded } = foldFixedPoint(normsOf(sums), {
      unit: pending.unit,
      step,
      range: addend ? RANGE_WITH_ADDEND : RANGES[type],
      limit: pending.limit,
      raised: pending.op.kind === 'sum-pool' && !norms,
    });
    if (error > MAX_ERROR) this.imprecise.push({ layer: wire[0].sourceLayer.name, channel: steepest, error });
    const added = addend && (addend.copies === wire.length ? addend : this.#twice(addend));
    const epilogue = { kind: 'fixed-point', type, ...folded, addend: added?.index ?? 0 } as const;
    const index = this.append({ ...pending.op, epilogue });
    this.activations.push({ op: index - 1, tensors: wire, step });
    const { outputHeight: height, outputWidth: width } = pending.op;
    const largest = type === 'u8' ? 255 : 32768;
    return { kind: 'tensor', index, height, width, channels, copies, largest, step };
  }

  /** Appends an op that holds a stream twice, so that each branch can add it to its own. */
  #twice(stream: TensorValue): TensorValue {
    const known = this.#twofold.get(stream.index);
    if (known) return known;
    const { op, unit, limit } = averageOf(stream, eachPixel(stream), false);
    const norms = Array(2 * stream.channels).fill(NO_NORM);
    const { multipliers, offsets, shift } = foldFixedPoint(norms, {
      ...{ unit, limit, step: stream.step, range: RANGES.int16 },
    });
    const epilogue = { kind: 'fixed-point', type: 'int16', multipliers, offsets, shift, addend: 0 } as const;
    const twofold: TensorValue = { ...stream, index: this.append({ ...op, epilogue }), copies: 2 };
    this.#twofold.set(stream.index, twofold);
    return twofold;
  }
}
