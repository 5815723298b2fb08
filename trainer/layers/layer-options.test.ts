import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { UnsupportedLayerError } from '../errors.js';
import * as tf from '../tensorflow/index.js';
import { requireNoIgnoredOptions } from './ignored-options.js';
import {
  BatchNorm,
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  Dropout,
  FixedPoint,
  FixedPointAdd,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  PadChannels,
  QuantizedActivation,
  TernaryActivation,
} from './index.js';
import type { LayerClass } from './layer-options.js';

beforeAll(async () => {
  await selectBackend();
});

type Options = Record<string, unknown>;
type AnyLayer = LayerClass & (new (options: Options) => tf.layers.Layer);

/** Every layer of this package, with options that it needs. */
const LAYERS: [AnyLayer, Options][] = (
  [
    [BatchNorm, {}],
    [BinaryActivation, {}],
    [BinaryConv2D, { filters: 4, kernelSize: 3 }],
    [BinaryDense, { units: 4 }],
    [Dropout, { rate: 0.5 }],
    [FixedPoint, {}],
    [FixedPointAdd, {}],
    [FixedPointRelu, {}],
    [Int8Conv2D, { filters: 4, kernelSize: 3 }],
    [Int8Dense, { units: 4 }],
    [PadChannels, { channels: 2 }],
    [QuantizedActivation, { bits: 2 }],
    [TernaryActivation, {}],
  ] as [unknown, Options][]
).map(([layer, options]) => [layer as AnyLayer, options]);

/**
 * The options of Keras's convolutions, dense, pooling, normalization and noise layers, in the names of TensorFlow.js and
 * some in those of Python, with values that change what a layer computes.
 */
const KERAS: Options = {
  activation: 'relu',
  activityRegularizer: 'l1l2',
  alpha: 0.3,
  autocast: false,
  axis: 1,
  betaConstraint: 'nonNeg',
  betaInitializer: 'ones',
  betaRegularizer: 'l1l2',
  biasConstraint: 'maxNorm',
  biasInitializer: 'ones',
  biasRegularizer: 'l1l2',
  bits: 3,
  center: false,
  clipLatents: true,
  dataFormat: 'channelsFirst',
  data_format: 'channels_first',
  depthMultiplier: 2,
  depthwiseInitializer: 'ones',
  dilationRate: 2,
  dilation_rate: 2,
  epsilon: 0.1,
  filters: 8,
  gammaConstraint: 'nonNeg',
  gammaInitializer: 'zeros',
  gammaRegularizer: 'l1l2',
  groups: 2,
  implementation: 2,
  inputDim: 3,
  interpolation: 'nearest',
  kernel: 3,
  kernelConstraint: 'unitNorm',
  kernelRegularizer: 'l1l2',
  kernelSize: 5,
  kernel_size: 5,
  levels: 4,
  maskValue: 0,
  maxValue: 6,
  momentum: 0.5,
  movingMeanInitializer: 'ones',
  movingVarianceInitializer: 'zeros',
  negativeSlope: 0.1,
  noiseShape: [null, 1],
  outputPadding: 1,
  pointwiseInitializer: 'ones',
  poolSize: 2,
  rate: 0.1,
  renorm: true,
  scale: false,
  seed: 3,
  sharedAxes: [1],
  size: 2,
  stateful: true,
  step: 0.25,
  stddev: 1,
  strides: 2,
  supportsMasking: true,
  targetShape: [4],
  theta: 1,
  threshold: 0.25,
  units: 8,
  updatable: false,
  useBias: true,
  use_bias: true,
  virtualBatchSize: 4,
};

const EVERYWHERE = [
  'batchInputShape',
  'batchSize',
  'customObjects',
  'dtype',
  'inputDType',
  'inputShape',
  'name',
  'trainable',
  'weights',
];

describe('an option that a layer does not have is refused', () => {
  for (const [Layer, needed] of LAYERS) {
    it(Layer.className, () => {
      for (const [option, value] of Object.entries(KERAS)) {
        if (option in Layer.options) continue;
        const error = thrown(() => new Layer({ ...needed, name: 'culprit', [option]: value }));
        expect(error, option).toBeInstanceOf(UnsupportedLayerError);
        expect(error, option).toMatchObject({
          code: 'unsupported-layer-option',
          layer: 'culprit',
          className: Layer.className,
          option,
          received: value,
        });
        expect(error.message).toContain(`${Layer.className} "culprit" has no option ${option}`);
      }
    });
  }

  it('whatever its name and value are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LAYERS),
        fc.string(),
        fc.anything(),
        ([Layer, needed], option, value) => {
          fc.pre(
            value !== undefined &&
              value !== null &&
              !EVERYWHERE.includes(option) &&
              !(option in Layer.options),
          );
          const options = Object.defineProperty({ ...needed }, option, { value, enumerable: true });
          expect(thrown(() => new Layer(options)).code).toBe('unsupported-layer-option');
        },
      ),
    );
  });

  it('in a saved model as well', () => {
    const config = { ...new BinaryConv2D({ filters: 4, kernelSize: 3 }).getConfig(), dilationRate: [2, 2] };
    expect(thrown(() => BinaryConv2D.fromConfig(BinaryConv2D as never, config))).toMatchObject({
      code: 'unsupported-layer-option',
      option: 'dilationRate',
    });
  });
});

describe('an option that a layer has', () => {
  it('changes what the layer writes to a file', () => {
    for (const [Layer, needed] of LAYERS) {
      const before = JSON.stringify(new Layer({ ...needed, name: 'same' }).getConfig());
      for (const option of Object.keys(Layer.options)) {
        if (!(option in KERAS) || needed.bits) continue;
        const value = option === 'useBias' ? false : KERAS[option];
        const after = new Layer({ ...needed, name: 'same', [option]: value }).getConfig();
        expect(JSON.stringify(after), `${Layer.className} ${option}`).not.toBe(before);
      }
    }
  });

  it.each<[AnyLayer, Options, string]>(
    (
      [
        [BinaryConv2D, { padding: 'causal' }, '"same" or "valid"'],
        [BinaryConv2D, { padding: 'SAME' }, '"same" or "valid"'],
        [BinaryConv2D, { kernelSize: [3] }, 'an integer of 1 or more, or two of them'],
        [BinaryConv2D, { kernelSize: [3, 3, 3] }, 'an integer of 1 or more, or two of them'],
        [BinaryConv2D, { strides: 0 }, 'an integer of 1 or more, or two of them'],
        [BinaryConv2D, { filters: 2.5 }, 'an integer of 1 or more'],
        [BinaryConv2D, { filters: null }, 'an integer of 1 or more'],
        [BinaryConv2D, { inputCopies: 3 }, '1 or 2'],
        [BinaryConv2D, { channelScales: 1 }, 'true or false'],
        [Int8Conv2D, { kernelInitializer: 'glorotUniform' }, '"normal" or "zeros"'],
        [Int8Conv2D, { dtype: 'int32' }, '"float32"'],
        [Int8Conv2D, { seed: Number.NaN }, 'a finite number'],
        [Int8Dense, { units: '10' }, 'an integer of 1 or more'],
        [Int8Dense, { inputStep: 0 }, 'a number above 0'],
        [BinaryDense, { inputPixels: -1 }, 'an integer of 1 or more'],
        [BinaryActivation, { threshold: Number.POSITIVE_INFINITY }, 'a finite number'],
        [BatchNorm, { momentum: 1 }, 'a number from 0 to below 1'],
        [BatchNorm, { epsilon: 0 }, 'a number above 0'],
        [Dropout, { rate: 50 }, 'a number from 0 to 1'],
        [Dropout, { rate: undefined }, 'a number from 0 to 1'],
        [PadChannels, { channels: -1 }, 'an integer of 0 or more'],
        [TernaryActivation, { trainable: 'no' }, 'true or false'],
      ] as [unknown, Options, string][]
    ).map(([layer, options, expected]) => [layer as AnyLayer, options, expected]),
  )('%o with %o: expects %s', (Layer, options, expected) => {
    const needed = LAYERS.find(([other]) => other === Layer)?.[1];
    const error = thrown(() => new Layer({ ...needed, ...options }));
    expect(error).toMatchObject({ name: 'UsageError', code: 'invalid-layer-option', expected });
  });
});

it('accepts an option of Keras that says what the layer does anyway', () => {
  const plain = new BinaryConv2D({ filters: 4, kernelSize: 3, name: 'same' }).getConfig();
  const same = {
    ...{ dilationRate: [1, 1], groups: 1, useBias: false, activation: 'linear', dataFormat: 'channelsLast' },
    ...{ kernelRegularizer: null, biasConstraint: undefined, dtype: 'float32' },
  };
  const layer = new BinaryConv2D({ filters: 4, kernelSize: 3, name: 'same', ...same } as never);
  expect(layer.getConfig()).toEqual(plain);
});

describe('inputs that a layer would misread are refused', () => {
  it.each<[string, () => tf.layers.Layer, tf.Shape | tf.Shape[]]>([
    ['images for a dense layer', () => new Int8Dense({ units: 2 }), [null, 4, 4, 2]],
    ['images for a binary dense layer', () => new BinaryDense({ units: 2 }), [null, 4, 4, 2]],
    ['vectors for a convolution', () => new BinaryConv2D({ filters: 2, kernelSize: 1 }), [null, 9]],
    [
      'an unknown number of channels',
      () => new Int8Conv2D({ filters: 2, kernelSize: 1 }),
      [null, 4, 4, null],
    ],
    [
      'two inputs',
      () => new BinaryConv2D({ filters: 2, kernelSize: 1 }),
      [
        [null, 4, 4, 2],
        [null, 4, 4, 2],
      ],
    ],
  ])('%s', (_, make, shape) => {
    expect(thrown(() => make().build(shape)).code).toBe('invalid-layer-input');
  });
});

describe('options that train would ignore', () => {
  const layers: [string, tf.layers.Layer][] = [
    ['kernelRegularizer', tf.layers.dense({ units: 2, kernelRegularizer: 'l1l2', name: 'culprit' })],
    ['biasConstraint', tf.layers.dense({ units: 2, biasConstraint: 'nonNeg', name: 'culprit' })],
    ['gammaRegularizer', new BatchNorm({ gammaRegularizer: 'l1l2', name: 'culprit' })],
    ['betaConstraint', tf.layers.batchNormalization({ betaConstraint: 'nonNeg', name: 'culprit' })],
  ];
  it.each(layers)('%s', (option, layer) => {
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3] }), layer] });
    expect(thrown(() => requireNoIgnoredOptions(model))).toMatchObject({
      code: 'not-trainable',
      layer: 'culprit',
      option,
    });
  });

  it('are absent in networks without them', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3] }), new BatchNorm()],
    });
    expect(() => requireNoIgnoredOptions(model)).not.toThrow();
  });
});
