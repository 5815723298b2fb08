/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops" />
/**
 * Chained operations: `x.add(y)` for `tf.add(x, y)`. The union package `@tensorflow/tfjs` registers them;
 * tfjs-core declares their types, but its Node build does not contain them.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Operations whose first argument is the tensor itself. */
const OPS = [
  'abs',
  'acos',
  'acosh',
  'add',
  'all',
  'any',
  'argMax',
  'argMin',
  'asin',
  'asinh',
  'atan',
  'atan2',
  'atanh',
  'avgPool',
  'batchToSpaceND',
  'batchNorm',
  'broadcastTo',
  'cast',
  'ceil',
  'clipByValue',
  'conv1d',
  'conv2d',
  'conv2dTranspose',
  'cos',
  'cosh',
  'cumprod',
  'cumsum',
  'depthToSpace',
  'depthwiseConv2d',
  'dilation2d',
  'div',
  'divNoNan',
  'dot',
  'elu',
  'equal',
  'erf',
  'euclideanNorm',
  'exp',
  'expandDims',
  'expm1',
  'fft',
  'floor',
  'floorDiv',
  'gather',
  'greater',
  'greaterEqual',
  'ifft',
  'irfft',
  'isFinite',
  'isInf',
  'isNaN',
  'leakyRelu',
  'less',
  'lessEqual',
  'localResponseNormalization',
  'log',
  'log1p',
  'logSigmoid',
  'logSoftmax',
  'logSumExp',
  'logicalAnd',
  'logicalNot',
  'logicalOr',
  'logicalXor',
  'matMul',
  'max',
  'maxPool',
  'maximum',
  'mean',
  'min',
  'minimum',
  'mirrorPad',
  'mod',
  'mul',
  'neg',
  'norm',
  'notEqual',
  'oneHot',
  'onesLike',
  'pad',
  'pool',
  'pow',
  'prelu',
  'prod',
  'reciprocal',
  'relu',
  'relu6',
  'reshape',
  'reverse',
  'rfft',
  'round',
  'rsqrt',
  'selu',
  'separableConv2d',
  'sigmoid',
  'sign',
  'sin',
  'sinh',
  'slice',
  'softmax',
  'softplus',
  'spaceToBatchND',
  'split',
  'sqrt',
  'square',
  'squaredDifference',
  'squeeze',
  'step',
  'stridedSlice',
  'sub',
  'sum',
  'tan',
  'tanh',
  'tile',
  'topk',
  'transpose',
  'unique',
  'unsortedSegmentSum',
  'unstack',
  'zerosLike',
] as const satisfies readonly (keyof typeof tf)[];

type Method = (this: tf.Tensor, ...args: never[]) => unknown;

/** Methods whose name or arguments differ from the operation's. */
const OTHERS: Record<string, Method> = {
  as1D() {
    return tf.reshape(this, [this.size]);
  },
  as2D(...shape: [number, number]) {
    return tf.reshape(this, shape);
  },
  as3D(...shape: [number, number, number]) {
    return tf.reshape(this, shape);
  },
  as4D(...shape: [number, number, number, number]) {
    return tf.reshape(this, shape);
  },
  as5D(...shape: [number, number, number, number, number]) {
    return tf.reshape(this, shape);
  },
  asScalar() {
    return tf.reshape(this, []);
  },
  asType(type: tf.DataType) {
    return tf.cast(this, type);
  },
  concat(others: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.concat([this, ...[others].flat()], axis);
  },
  flatten() {
    return tf.reshape(this, [this.size]);
  },
  reshapeAs(other: tf.Tensor) {
    return tf.reshape(this, other.shape);
  },
  resizeBilinear(...rest: [[number, number], boolean?, boolean?]) {
    return tf.image.resizeBilinear(this as tf.Tensor3D, ...rest);
  },
  resizeNearestNeighbor(...rest: [[number, number], boolean?, boolean?]) {
    return tf.image.resizeNearestNeighbor(this as tf.Tensor3D, ...rest);
  },
  stack(others: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.stack([this, ...[others].flat()], axis);
  },
  toBool() {
    return tf.cast(this, 'bool');
  },
  toFloat() {
    return tf.cast(this, 'float32');
  },
  toInt() {
    return tf.cast(this, 'int32');
  },
  where(condition: tf.Tensor, other: tf.Tensor) {
    return tf.where(condition, this, other);
  },
};

const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
for (const name of OPS) {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: every operation of the list is used.
  const op = tf[name] as (...args: unknown[]) => unknown;
  methods[name] ??= function (this: tf.Tensor, ...args: unknown[]) {
    return op(this, ...args);
  };
}
for (const [name, method] of Object.entries(OTHERS)) methods[name] ??= method;
