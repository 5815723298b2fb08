import type { NetworkCost } from '@bd-edge/host/internal';
import type { Model } from '@bd-edge/sdk';
import { describeOps } from './ops.js';
import { formatNumber, table } from './output.js';

/** Formats the estimated cost of a network on a board, op by op, as `inspect --board` and `summary --board` print it. */
export function costTable(model: Model, cost: NetworkCost): string {
  const rows = describeOps(model).map(({ index, title, weightBytes, parameterBytes }) => {
    const { milliseconds, ticks, ramBytes } = cost.ops[index];
    return [
      index,
      title,
      milliseconds.toPrecision(3),
      `${((100 * ticks) / cost.ticks).toFixed(0)} %`,
      weightBytes + parameterBytes,
      ramBytes,
    ];
  });
  return [
    table(['op', 'kind', 'ms', 'time', 'flash', 'RAM'], rows),
    '',
    `time        ${cost.milliseconds.toPrecision(3)} ms per image on ${cost.board}, estimated (docs/boards.md): ` +
      `${formatNumber(Math.round(cost.ticks))} ticks`,
    `flash       ${formatNumber(cost.flashBytes)} bytes for the model; the firmware needs more`,
    `RAM         ${formatNumber(cost.ramBytes)} bytes with the weights in flash: parameters, arena and scratch memory ` +
      'of the fastest kernels',
  ].join('\n');
}
