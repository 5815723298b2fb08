/**
 * The networks that the peers run: the trainer's networks with ReLUs in place of steps and norms folded into the
 * convolutions before them. Weights are int8 values times a power of two, so that one network serves float32 and int8.
 *
 * A layer is `{ kind: 'conv', filters, kernel, stride, padding, channels, weights [filter][tap][channel], scale, relu }`,
 * `dense` (`units`, `inputs`, `weights` [unit][input], `scale`, `relu`; the `last` gives
 * logits), `relu`, `max-pool` and `average-pool` (`size`,
 * `stride`, `padding`), `global-average-pool`, `flatten`, `pad-channels` (`channels` more) or `residual` (`layers`,
 * `shortcut`).
 */
import { random } from './networks.mjs';

/** Layers without a counterpart in float: they are folded away, or there is nothing to round. */
const NOTHING = new Set(['norm', 'fixed-point', 'dropout']);
const STEPS = new Set(['ternary', 'binary', 'relu', 'fixed-point-relu']);

/**
 * @param {{ input: number[], layers: object[] }} spec height, width and channels of the input, and the trainer's layers
 * @returns {{ input: { height: number, width: number, channels: number }, layers: object[] }}
 */
export function floatNetwork({ input: [height, width, channels], layers }, seed = 3) {
  const input = { height, width, channels };
  const translated = translate(layers, { ...input }, random(seed));
  translated.at(-1).last = true;
  return { input, layers: translated };
}

/**
 * Translates layers, and changes `shape` from the input's to the output's.
 *
 * @returns {any[]}
 */
function translate(layers, shape, next) {
  /** @type {any[]} */
  const made = [];
  for (const layer of layers) {
    const { kind } = layer;
    if (NOTHING.has(kind)) continue;
    if (STEPS.has(kind)) {
      const last = made.at(-1);
      if (last?.kind === 'conv' || last?.kind === 'dense') last.relu = true;
      else made.push({ kind: 'relu' });
    } else if (kind.endsWith('-conv')) {
      made.push(convolution(layer, shape, next));
    } else if (kind.endsWith('-dense')) {
      const inputs = shape.height * shape.width * shape.channels;
      made.push({ kind: 'dense', units: layer.units, inputs, ...randomWeights(layer.units, inputs, next) });
      Object.assign(shape, { height: 1, width: 1, channels: layer.units });
    } else if (kind === 'max-pool' || kind === 'average-pool') {
      const { size, stride = size } = layer;
      // Padding that matters, as in an image halved by pools of 3.
      const padding = layer.padding === 'same' ? (size - 1) >> 1 : 0;
      shrink(shape, size, stride, padding);
      made.push({ kind, size, stride, padding });
    } else if (kind === 'global-average-pool') {
      Object.assign(shape, { height: 1, width: 1 });
      made.push({ kind });
    } else if (kind === 'pad-channels') {
      shape.channels += layer.channels;
      made.push({ kind, channels: layer.channels });
    } else if (kind === 'residual') {
      const shortcut = translate(layer.shortcut ?? [], { ...shape }, next);
      made.push({ kind, layers: translate(layer.layers, shape, next), shortcut });
    } else if (kind === 'flatten') {
      made.push({ kind });
    } else {
      throw new Error(`there is no float layer for "${kind}"`);
    }
  }
  return made;
}

function convolution({ filters, kernel: window, stride = 1, padding: pad = 'valid' }, shape, next) {
  const kernel = window === 'whole' ? shape.height : window;
  const padding = pad === 'same' ? (kernel - 1) >> 1 : 0;
  const { channels } = shape;
  shrink(shape, kernel, stride, padding);
  shape.channels = filters;
  const weights = randomWeights(filters, kernel * kernel * channels, next);
  return { kind: 'conv', filters, kernel, stride, padding, channels, ...weights };
}

function shrink(shape, size, stride, padding) {
  for (const side of ['height', 'width'])
    shape[side] = Math.floor((shape[side] + 2 * padding - size) / stride) + 1;
}

/** Makes weights whose scale keeps the values' magnitude. */
function randomWeights(outputs, inputs, next) {
  const weights = Int8Array.from({ length: outputs * inputs }, () => Math.floor(next() * 256) - 128);
  return { weights, scale: 2 ** -Math.round(Math.log2(52 * Math.sqrt(inputs))), relu: false };
}

/**
 * Runs layers with the given operations.
 *
 * @param {object[]} layers
 * @param {object} ops a function of (value, layer) for each kind, and `add` of two values
 */
export function apply(layers, value, ops) {
  return layers.reduce(
    (current, layer) =>
      layer.kind === 'residual'
        ? ops.add(apply(layer.layers, current, ops), apply(layer.shortcut, current, ops))
        : ops[layer.kind](current, layer),
    value,
  );
}

/** The VGG that many papers binarize, with one bit per activation. The trainer has the narrower one of BinaryDuo. */
export const WIDE_VGG = {
  name: 'wide VGG-7',
  input: [32, 32, 3],
  layers: [
    ...[128, 128, 256, 256, 512, 512].flatMap((filters, i) => [
      { kind: i === 0 ? 'int8-conv' : 'binary-conv', filters, kernel: 3, padding: 'same' },
      ...(i % 2 ? [{ kind: 'max-pool', size: 2 }] : []),
      { kind: 'norm' },
      { kind: 'binary' },
    ]),
    { kind: 'flatten' },
    ...[1024, 1024].flatMap((units) => [
      { kind: 'binary-dense', units },
      { kind: 'norm' },
      { kind: 'binary' },
    ]),
    { kind: 'int8-dense', units: 10 },
  ],
};
