export { BinaryActivation, type BinaryActivationArgs } from './binary-activation.js';
export { BinaryConv2D, type BinaryConv2DArgs } from './binary-conv2d.js';
export { BinaryDense, type BinaryDenseArgs } from './binary-dense.js';
export { Int8Conv2D } from './int8-conv2d.js';
export { Int8Dense, type Int8DenseArgs } from './int8-dense.js';
export type { QuantisedConv2DArgs } from './quantised-conv2d.js';
export type { QuantisedDenseArgs } from './quantised-dense.js';
export { QuantisedLayer, type QuantisedLayerArgs } from './quantised-layer.js';
export { TernaryActivation } from './ternary-activation.js';
