import { isChannelAxis } from '../../layers/channel-axis.js';
import type * as tf from '../../tensorflow/index.js';
import { channelNorms } from '../channel-norm.js';
import { toSums } from '../sums.js';
import type { Lowering } from './lowering.js';

export const batchNorm: Lowering = {
  className: 'BatchNormalization',
  becomes: 'part of the thresholds or multipliers of the op before it',
  condition: 'after a layer with weights, with at most a max-pool between, or after fixed-point numbers',
  lower({ layer, layers, inputs: [input], copies, valueOf, refuse }) {
    const axis = axisOf(layer);
    if (!isChannelAxis(axis, input[0].rank))
      throw refuse(`its axis is ${axis}; expected -1, the channels`, { option: 'axis', received: axis });
    const sums = toSums(valueOf(input), copies, refuse);
    if (sums.norms)
      throw refuse('a batch norm must follow a convolution or dense layer, with at most a pool between');
    const norms = layers.flatMap(channelNorms);
    if (norms.length !== sums.copies * sums.channels)
      throw refuse(`it must normalize ${sums.channels} channels, one for each filter`);
    return { ...sums, norms };
  },
};

/** Keras writes the axis as a number or as a list of one. */
function axisOf(layer: tf.layers.Layer): number {
  const { axis } = layer.getConfig() as { axis: number | [number] };
  return Array.isArray(axis) ? axis[0] : axis;
}
