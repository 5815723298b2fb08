import type { Model } from '@bd-edge/sdk';
import {
  boardScratchBytes,
  memoryRequirement,
  memoryWithoutWeights,
  usefulScratchBytes,
} from '@bd-edge/sdk/internal';
import { COEFFICIENTS } from './coefficients.js';
import { PROCESSORS, ticksOf } from './estimate.js';
import { workOf } from './work.js';

/** The memory that is left for native kernels behind a model, and what they lose if it is little. */
export interface ScratchReport {
  /** Bytes that kernels can use. */
  bytes: number;
  /** Bytes with which all kernels are fastest. */
  usefulBytes: number;
  /** Indices of the ops that are slower than with more memory. */
  slowerOps: number[];
  /**
   * The estimated time of an image, relative to enough memory: 1 if no op is slower. Undefined for boards without a cost
   * model.
   */
  slowdown?: number;
}

/** The cost model for each board's id. A Cortex-M0 is slowed down like a Cortex-M0+. */
const COST_MODELS: Readonly<Record<string, string>> = { pico: 'pico', nrf51822: 'pico', 'mps2-an500': 'm7' };

/**
 * Reports the scratch memory of a model on a board with native kernels.
 *
 * @param ramBytes the board's memory for a model
 * @param weightsInPlace whether the weights stay in flash
 * @param board the board's id in INFO
 */
export function scratchReport(
  model: Model,
  ramBytes: number,
  weightsInPlace: boolean,
  board: string,
): ScratchReport {
  const needed = weightsInPlace ? memoryWithoutWeights(model) : memoryRequirement(model, 'board');
  const least = Math.max(...model.ops.map((_, index) => boardScratchBytes(model, index)));
  const bytes = ramBytes - needed + least;
  const useful = model.ops.map((_, index) => usefulScratchBytes(model, index));
  const report = { bytes, usefulBytes: Math.max(...useful) };
  const name = COST_MODELS[board];
  if (name === undefined) {
    return { ...report, slowerOps: indicesOf(useful, (needed) => needed > bytes) };
  }
  const times = (scratch?: number) =>
    model.ops.map((_, index) =>
      ticksOf(COEFFICIENTS[name].ticks, workOf(model, index, PROCESSORS[name], scratch)),
    );
  const [fast, limited] = [times(), times(bytes)];
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    ...report,
    slowerOps: indicesOf(limited, (ticks, index) => ticks > fast[index] * NOTICEABLE),
    slowdown: Math.max(1, sum(limited) / sum(fast)),
  };
}

/** Smaller differences are not worth a message. */
const NOTICEABLE = 1.02;

function indicesOf(values: number[], test: (value: number, index: number) => boolean): number[] {
  return values.flatMap((value, index) => (test(value, index) ? [index] : []));
}
