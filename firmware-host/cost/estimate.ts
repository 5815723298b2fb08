import type { Model } from '@bd-edge/sdk';
import { UsageError } from '@bd-edge/sdk/internal';
import { COEFFICIENTS } from './coefficients.js';
import { workOf } from './work.js';

/** The estimated cost of one op. */
export interface OpCost {
  /** Ticks of the board's counter for one image. */
  ticks: number;
  milliseconds: number;
}

/** The estimated cost of a network on a board. */
export interface NetworkCost extends OpCost {
  board: string;
  ops: OpCost[];
}

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
  const { ticksPerSecond, ticks: ticksOf } = COEFFICIENTS[board];
  const cost = (ticks: number): OpCost => ({ ticks, milliseconds: (1000 * ticks) / ticksPerSecond });
  const ops = model.ops.map((_, index) => {
    const parts = Object.entries(workOf(model, index));
    return cost(parts.reduce((sum, [part, count]) => sum + count * (ticksOf[part] ?? 0), 0));
  });
  return { board, ...cost(ops.reduce((sum, op) => sum + op.ticks, 0)), ops };
}
