/** Fixed-point layers become the multipliers, offsets and shift of the op before them. */
import { FixedPoint, FixedPointAdd, FixedPointRelu } from '../../layers/index.js';
import { toSums } from '../sums.js';
import { isStream } from '../values.js';
import type { Lowering } from './lowering.js';

const AFTER = 'after a layer with weights without a bias and its batch norm, an average or a stream';

export const fixedPointRelu: Lowering<FixedPointRelu> = {
  className: FixedPointRelu.className,
  becomes: '8-bit fixed-point numbers',
  condition: AFTER,
  lower({ layer: { step }, wire, copies, inputs: [input], valueOf, graph, refuse }) {
    return graph.endInFixedPoint(wire, toSums(valueOf(input), copies, refuse), { type: 'u8', step }, refuse);
  },
};

export const fixedPoint: Lowering<FixedPoint> = {
  className: FixedPoint.className,
  becomes: '16-bit fixed-point numbers, a stream',
  condition: AFTER,
  lower({ layer: { step }, wire, copies, inputs: [input], valueOf, graph, refuse }) {
    const value = valueOf(input);
    if (isStream(value, step)) return value;
    return graph.endInFixedPoint(wire, toSums(value, copies, refuse), { type: 'int16', step }, refuse);
  },
};

/** One of the two inputs is a stream that exists already; the other is rounded with the sum. */
export const fixedPointAdd: Lowering<FixedPointAdd> = {
  className: FixedPointAdd.className,
  becomes: 'the addend of the op that ends its other input',
  condition: 'one of its two inputs is a stream with the same step',
  lower({ layer: { step }, wire, copies, inputs, valueOf, graph, refuse }) {
    const values = inputs.map(valueOf);
    const streams = values.filter((value) => isStream(value, step));
    const added = streams.find(({ kind }) => kind === 'padded') ?? streams[0];
    if (!added)
      throw refuse(
        `one of its inputs must be fixed-point numbers with steps of ${step}; put a FixedPoint layer after the shortcut`,
      );
    const other = toSums(values[added === values[0] ? 1 : 0], copies, refuse);
    const addend = added.kind === 'padded' ? added.stream : added;
    return graph.endInFixedPoint(wire, other, { type: 'int16', step, addend }, refuse);
  },
};
