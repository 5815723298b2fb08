/** Pools of maxima and averages. */
import type * as tf from '../../tensorflow/index.js';
import { averageOver } from '../sums.js';
import { sizeOf } from '../values.js';
import { placeWindow } from '../window.js';
import type { Lowering } from './lowering.js';

interface PoolConfig {
  poolSize: [number, number];
  strides: [number, number];
  padding: 'same' | 'valid';
}

function configOf(layer: tf.layers.Layer): PoolConfig {
  return layer.getConfig() as unknown as PoolConfig;
}

/** Pools bits at once. A pool of sums waits until their activation has its place in the graph. */
export const maxPooling: Lowering = {
  className: 'MaxPooling2D',
  becomes: 'a max-pool of bits or fixed-point numbers',
  condition: 'before or after an activation, or after fixed-point numbers',
  lower({ layer, wire, inputs: [input], valueOf, graph, refuse }) {
    const value = valueOf(input);
    const { poolSize, strides, padding } = configOf(layer);
    if (value.kind === 'sums' || value.kind === 'bits') {
      const placed = placeWindow(sizeOf(value), poolSize, strides, padding, refuse);
      const beforeNorm = value.kind === 'sums' && value.norms === undefined;
      return { ...value, pools: [...value.pools, { ...placed, beforeNorm }] };
    }
    if (value.kind !== 'tensor' || value.index === 0) throw refuse('a pool needs a convolution before it');
    const placed = placeWindow([value.height, value.width], poolSize, strides, padding, refuse);
    return graph.maxPool(wire, value, placed);
  },
};

const BETWEEN = 'after the image or fixed-point numbers, with a fixed-point layer after it';

export const averagePooling: Lowering = average(
  'AveragePooling2D',
  `${BETWEEN}; windows of more than 2 pixels a side must end at the border`,
  (layer) => configOf(layer),
);

export const globalAveragePooling: Lowering = average('GlobalAveragePooling2D', BETWEEN, (_, size) => ({
  poolSize: size,
  strides: [1, 1],
  padding: 'valid',
}));

function average(
  className: string,
  condition: string,
  windowOf: (layer: tf.layers.Layer, size: [number, number]) => PoolConfig,
): Lowering {
  return {
    ...{ className, becomes: 'a sum-pool', condition },
    lower({ layer, inputs: [input], valueOf, refuse }) {
      const value = valueOf(input);
      if (value.kind !== 'tensor' || value.largest < 255)
        throw refuse('an average needs bytes or fixed-point numbers before it');
      const size: [number, number] = [value.height, value.width];
      const { poolSize, strides, padding } = windowOf(layer, size);
      return averageOver(value, placeWindow(size, poolSize, strides, padding, refuse), false, refuse);
    },
  };
}
