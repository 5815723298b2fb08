/** Layers that join the two branches of a decoupled network. */
import { isChannelAxis } from '../../layers/channel-axis.js';
import { averageOver, eachPixel } from '../sums.js';
import type { Value } from '../values.js';
import type { Lowering, Site } from './lowering.js';

const CONDITION = 'of the two branches of one layer, as decoupling makes them';

export const concatenate: Lowering = {
  className: 'Concatenate',
  becomes: 'nothing: the two bits of a sum are side by side already',
  condition: CONDITION,
  lower(site) {
    const axis = site.layer.getConfig().axis as number;
    const value = isChannelAxis(axis, site.wire[0].rank) ? valueOfBranches(site) : undefined;
    if (value?.kind !== 'bits' || value.copies !== 2)
      throw site.refuse('it can only join the channels of two binary activations that read the same sums');
    return value;
  },
};

export const average: Lowering = {
  className: 'Average',
  becomes: 'a sum-pool over both copies',
  condition: CONDITION,
  lower(site) {
    const { refuse } = site;
    const value = valueOfBranches(site);
    if (value?.kind !== 'tensor' || value.copies !== 2)
      throw refuse('it can only join the two streams of a decoupled network');
    return averageOver(value, eachPixel(value), true, refuse);
  },
};

/** Returns the value that the two inputs have together, or undefined if there are not just two. */
function valueOfBranches({ inputs, valueOf }: Site): Value | undefined {
  const [first, second, ...others] = inputs;
  if (!second || others.length > 0 || first.length === 2) return undefined;
  return valueOf([first[0], second[0]]);
}
