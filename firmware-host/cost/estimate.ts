import type { Model } from '@bd-edge/sdk';
import {
  boardScratchBytes,
  memoryWithoutWeights,
  tensorBytes,
  UsageError,
  usefulScratchBytes,
} from '@bd-edge/sdk/internal';
import { COEFFICIENTS } from './coefficients.js';
import { type Processor, type Work, workOf } from './work.js';

/** The estimated cost of one op. */
export interface OpCost {
  /** Ticks of the board's counter for one image. */
  ticks: number;
  milliseconds: number;
  /**
   * Bytes of what an op reads and writes and of its scratch memory; of a network, its arena and scratch
   * memory, with the weights in flash. Scratch memory is what the fastest kernels use.
   */
  ramBytes: number;
}

/** The estimated cost of a network on a board. */
export interface NetworkCost extends OpCost {
  board: string;
  /** Bytes of the model's file. */
  flashBytes: number;
  ops: OpCost[];
}

/** The processors of the boards. */
export const PROCESSORS: Readonly<Record<string, Processor>> = { pico: { dsp: false }, m7: { dsp: true } };

/** The boards that costs can be estimated for. */
export const COST_BOARDS: readonly string[] = Object.keys(COEFFICIENTS);

/**
 * Estimates the time of one image on a board, without running it. The coefficients come from emulated boards
 * (`npm run bench:cost`). The time of a binary convolution depends on how many of its inputs are not 0: the model's
 * metadata has the mean shares of validation images (`densities`), else a share of 0.35 is assumed.
 *
 * @throws {UsageError} code `unknown-board`
 */
export function estimateCost(model: Model, board: string): NetworkCost {
  if (!Object.hasOwn(COEFFICIENTS, board)) {
    throw new UsageError(
      'unknown-board',
      `The cost of "${board}" is unknown; expected ${COST_BOARDS.join(' or ')}.`,
      {
        received: board,
        expected: COST_BOARDS.join(', '),
      },
    );
  }
  const { ticksPerSecond, ticks: coefficients } = COEFFICIENTS[board];
  const timeOf = (ticks: number) => ({ ticks, milliseconds: (1000 * ticks) / ticksPerSecond });
  const scratch = model.ops.map((_, index) => usefulScratchBytes(model, index));
  const ops = model.ops.map((op, index): OpCost => {
    const ticks = ticksOf(coefficients, workOf(model, index, PROCESSORS[board]));
    const tensors = tensorBytes(model.tensors[op.input]) + tensorBytes(model.tensors[index + 1]);
    return { ...timeOf(ticks), ramBytes: tensors + scratch[index] };
  });
  const least = Math.max(...model.ops.map((_, index) => boardScratchBytes(model, index)));
  return {
    board,
    ...timeOf(ops.reduce((sum, op) => sum + op.ticks, 0)),
    flashBytes: model.fileBytes,
    ramBytes: memoryWithoutWeights(model) - least + Math.max(...scratch),
    ops,
  };
}

/** Returns the estimated ticks of an op's work. */
export function ticksOf(coefficients: Readonly<Record<string, number>>, work: Work): number {
  return Object.entries(work).reduce((sum, [part, count]) => sum + count * (coefficients[part] ?? 0), 0);
}
