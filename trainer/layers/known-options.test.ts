import { beforeAll, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { CHANNELWISE_LAYERS } from '../decoupling/duplicated-layers.js';
import { lower } from '../export/lower.js';
import { LOWERINGS } from '../export/lowerings/index.js';
import * as tf from '../tensorflow/index.js';
import * as own from './index.js';
import {
  BatchNorm,
  BinaryConv2D,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from './index.js';
import { KNOWN_OPTIONS, unknownOption } from './known-options.js';

beforeAll(async () => {
  await selectBackend();
});

type Options = Record<string, unknown>;
type Make = (options: Options) => tf.layers.Layer;

/** Makes a layer of each class of TensorFlow.js that export or decoupling read. */
const LAYERS = {
  Average: tf.layers.average,
  AveragePooling2D: (options) => tf.layers.averagePooling2d({ poolSize: 2, ...options }),
  BatchNormalization: tf.layers.batchNormalization,
  Concatenate: tf.layers.concatenate,
  Dropout: (options) => tf.layers.dropout({ rate: 0.5, ...options }),
  Flatten: tf.layers.flatten,
  GlobalAveragePooling2D: tf.layers.globalAveragePooling2d,
  MaxPooling2D: (options) => tf.layers.maxPooling2d({ poolSize: 2, ...options } as never),
  ZeroPadding2D: tf.layers.zeroPadding2d,
} satisfies Record<string, Make> as Record<string, Make>;

it('lists every class of TensorFlow.js that is exported, or that a decoupled network has twice', () => {
  const ours = new Set(
    Object.values(own).flatMap((one) =>
      typeof one === 'function' && 'className' in one && !(one.className in LAYERS) ? [one.className] : [],
    ),
  );
  const read = [...LOWERINGS.map(({ className }) => className), ...CHANNELWISE_LAYERS];
  const expected = new Set(read.filter((className) => !ours.has(className)));
  expect(Object.keys(KNOWN_OPTIONS).sort()).toEqual([...expected].sort());
  expect(Object.keys(LAYERS)).toEqual(Object.keys(KNOWN_OPTIONS));
});

it.each(Object.entries(LAYERS))('%s: accepts its defaults', (className, make) => {
  const layer = make({ name: 'layer', inputShape: [4, 4, 2], dtype: 'float32', trainable: false });
  expect(layer.getClassName()).toBe(className);
  expect(unknownOption(layer)).toBeUndefined();
});

it.each(Object.entries(LAYERS))('%s: refuses an option that is not in the list', (_, make) => {
  const layer = make({});
  const config = layer.getConfig();
  layer.getConfig = () => ({ ...config, groups: 2 });
  expect(unknownOption(layer)).toMatchObject({ option: 'groups', received: 2 });
});

const first = () => new Int8Conv2D({ filters: 4, kernelSize: 1, inputShape: [4, 4, 1] });
const ternary = () => new TernaryActivation({});
const fixed = () => new FixedPointRelu({ step: 1 });
const last = () => new Int8Dense({ units: 2 });
const FIRST = { dataFormat: 'channelsFirst' };

/** Networks of equal rows, columns and channels, in which another order of axes has the same shapes. */
const NETWORKS: [string, string, Options, (make: Make) => (() => tf.layers.Layer)[]][] = [
  [
    'a maximum of bits',
    'MaxPooling2D',
    FIRST,
    (make) => [ternary, () => make({}), () => tf.layers.flatten()],
  ],
  [
    'a maximum of sums',
    'MaxPooling2D',
    FIRST,
    (make) => [() => make({}), ternary, () => tf.layers.flatten()],
  ],
  [
    'a maximum of numbers',
    'MaxPooling2D',
    { padding: 'causal' },
    (make) => [fixed, () => make({}), () => tf.layers.flatten()],
  ],
  [
    'an average',
    'AveragePooling2D',
    FIRST,
    (make) => [fixed, () => make({}), fixed, () => tf.layers.flatten()],
  ],
  ['a global average', 'GlobalAveragePooling2D', FIRST, (make) => [fixed, () => make({}), fixed]],
  ['pixels in another order', 'Flatten', FIRST, (make) => [ternary, () => make({})]],
  [
    'a norm of rows',
    'BatchNormalization',
    { axis: 1 },
    (make) => [() => make({}), ternary, () => tf.layers.flatten()],
  ],
  [
    'a norm of columns',
    'BatchNormalization',
    { axis: [2] },
    (make) => [() => make({}), ternary, () => tf.layers.flatten()],
  ],
];

it.each(NETWORKS)('export refuses %s: %s with %o', (_what, className, options, network) => {
  const model = (given: Options) => {
    const make = (more: Options) => LAYERS[className]({ ...more, ...given, name: 'culprit' });
    return tf.sequential({ layers: [first, ...network(make), last].map((layer) => layer()) });
  };
  expect(() => lower(model({}))).not.toThrow();
  const [[option, received]] = Object.entries(options);
  expect(thrown(() => lower(model(options)))).toMatchObject({
    code: 'not-exportable',
    layer: 'culprit',
    className,
    option,
    received: Array.isArray(received) ? received[0] : received,
  });
});

it.each(['MaxPooling2D', 'Flatten', 'ZeroPadding2D'])(
  'decoupling refuses %s with channels first behind a ternary activation',
  (className) => {
    const model = (given: Options) =>
      tf.sequential({
        layers: [
          first(),
          new BatchNorm(),
          ternary(),
          LAYERS[className]({ ...given, name: 'culprit' }),
          ...(className === 'Flatten'
            ? [last()]
            : [new BinaryConv2D({ filters: 2, kernelSize: 1, inputCopies: 1 })]),
        ],
      });
    expect(() => decouple(model({}))).not.toThrow();
    const error = thrown(() => decouple(model(FIRST)));
    expect(error).toMatchObject({ code: 'not-decouplable', layer: 'culprit', className });
  },
);
