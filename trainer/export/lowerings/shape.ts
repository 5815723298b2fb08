/** Layers that change the shape of a value, or nothing at all. */
import { PadChannels } from '../../layers/index.js';
import type { Lowering } from './lowering.js';

export const padChannels: Lowering<PadChannels> = {
  className: PadChannels.className,
  becomes: 'nothing: an addend may have fewer channels than the sum',
  condition: 'in a shortcut, after a stream',
  lower({ inputs: [input], valueOf, refuse }) {
    const value = valueOf(input);
    if (value.kind === 'tensor' && value.largest === 32768) return { kind: 'padded', stream: value };
    throw refuse('zero channels can only be added to a stream; put a FixedPoint layer before it');
  },
};

export const flatten: Lowering = {
  className: 'Flatten',
  becomes: 'nothing: a dense layer reads pixels in the same order',
  condition: 'anywhere, after the join of two branches',
  lower({ inputs: [input], copies, valueOf, refuse }) {
    const value = valueOf(input);
    const pixels = input[0].shape.slice(1, -1).reduce<number>((count, size) => count * (size ?? 1), 1);
    if (copies === 2 && pixels > 1) throw refuse('join the two branches before it');
    return value;
  },
};

export const dropout: Lowering = {
  className: 'Dropout',
  becomes: 'nothing: it acts only in training',
  condition: 'anywhere',
  lower: ({ inputs: [input], valueOf }) => valueOf(input),
};
