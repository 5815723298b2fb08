/** The registry of lowerings: every layer that can be exported. */
import { binaryActivation, ternaryActivation } from './activations.js';
import { batchNorm } from './batch-norm.js';
import { average, concatenate } from './branches.js';
import { convolutions } from './convolution.js';
import { fixedPoint, fixedPointAdd, fixedPointRelu } from './fixed-point.js';
import type { Lowering } from './lowering.js';
import { averagePooling, globalAveragePooling, maxPooling } from './pools.js';
import { dropout, flatten, padChannels } from './shape.js';

export const LOWERINGS: readonly Lowering[] = [
  ...convolutions,
  batchNorm,
  ternaryActivation,
  binaryActivation,
  fixedPoint,
  fixedPointRelu,
  fixedPointAdd,
  maxPooling,
  averagePooling,
  globalAveragePooling,
  padChannels,
  flatten,
  dropout,
  concatenate,
  average,
];

/** The class names of all layers that can be exported, for messages. */
export const SUPPORTED_LAYERS = new Intl.ListFormat('en').format(LOWERINGS.map(({ className }) => className));
