export { binaryActivation } from './binary-activation.js';
export { binaryWeights, type CopyLayout } from './binary-weights.js';
export { FIXED_POINT_LIMIT, fixedPointRelu } from './fixed-point-relu.js';
export { BIAS_LIMIT, INT8_LIMIT, int8Weights, integerBias } from './int8-weights.js';
export { quantisedActivation } from './quantised-activation.js';
export { type ScaledIntegers, straightThrough } from './scaled-integers.js';
export { climb, InvalidLevelsError, type Staircase, staircase, thresholdsOf } from './staircase.js';
export * from './surrogates/index.js';
export { TERNARY_THRESHOLDS, ternaryActivation } from './ternary-activation.js';
