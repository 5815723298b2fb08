/**
 * The same network in other engines, on one thread each: float32 in TensorFlow.js (WebAssembly, SIMD), int8 in ONNX
 * Runtime's WebAssembly, float32 and int8 in its native build. Each answer is first compared with that of plain.mjs.
 */
import { apply } from './float-layers.mjs';
import { moveChannels } from './move-channels.mjs';
import { plainOps } from './plain.mjs';

/** The tolerance for float sums, as a share of the largest: engines add in different orders. */
const FLOAT_TOLERANCE = 1e-4;

/**
 * Loads the peers that are installed, and reports the others.
 *
 * @returns peers `{ lane, type, open({ input, layers }, image, batch) }`, which gives `{ run, answer, close }`
 */
export async function openPeers(say) {
  const peers = [];
  for (const open of [tfjs, ortWeb, ortNode]) {
    try {
      peers.push(...(await open()));
    } catch (error) {
      say(`${open.name} is left out (npm install --prefix bench): ${String(error.message).split('\n')[0]}`);
    }
  }
  return peers;
}

/**
 * Opens a network in each peer, for an image with channels last.
 *
 * @param {(message: string) => void} say called for a peer that does not support the network
 * @throws if a peer gives a wrong answer
 */
export async function peerLanes(peers, network, image, say, batch = 1) {
  const expected = {};
  const lanes = [];
  for (const { lane, type, open } of peers) {
    let opened;
    try {
      opened = await open(network, repeated(image, batch), batch);
    } catch (error) {
      say(`${lane} is left out: ${error.message}`);
      continue;
    }
    const { run, answer, close } = opened;
    expected[type] ??= plainAnswer(network, image, type);
    checkAnswer(lane, await answer(), repeated(expected[type], batch), type);
    lanes.push({ lane, run, close });
  }
  return lanes;
}

/** Runs a network on an image by plain.mjs. */
export function plainAnswer({ input, layers }, image, type) {
  return apply(layers, { ...input, data: Float64Array.from(image) }, plainOps(type)).data;
}

/** @throws if two answers differ by more than rounding */
export function checkAnswer(lane, found, expected, type) {
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const tolerance = type === 'float' ? FLOAT_TOLERANCE * largest : 0;
  const wrong = expected.findIndex((value, i) => !(Math.abs(found[i] - value) <= tolerance));
  if (wrong < 0 && found.length !== expected.length)
    throw new Error(`${lane} gives a wrong answer: ${found.length} values, not ${expected.length}`);
  if (wrong >= 0) throw new Error(`${lane} gives a wrong answer: ${found[wrong]}, not ${expected[wrong]}`);
}

function repeated(array, times) {
  const all = new array.constructor(array.length * times);
  for (let i = 0; i < times; i++) all.set(array, i * array.length);
  return all;
}

async function tfjs() {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  return [{ lane: 'tfjs-wasm f32', type: 'float', open: openTfjs(tf) }];
}

const openTfjs =
  (tf) =>
  ({ input, layers }, image, batch) => {
    const made = new Map();
    const once = (layer, make) => {
      if (!made.has(layer)) made.set(layer, tf.keep(make()));
      return made.get(layer);
    };
    const scaled = ({ weights, scale }) => Float32Array.from(weights, (weight) => weight * scale);
    const activation = ({ relu }) => (relu ? 'relu' : 'linear');
    const ops = {
      conv(x, layer) {
        const { filters, kernel, channels, stride, padding } = layer;
        const filter = once(layer, () =>
          tf.transpose(tf.tensor4d(scaled(layer), [filters, kernel, kernel, channels]), [1, 2, 3, 0]),
        );
        const options = { x, filter, strides: stride, pad: padding, activation: activation(layer) };
        return layer.relu ? tf.fused.conv2d(options) : tf.conv2d(x, filter, stride, padding);
      },
      dense(x, layer) {
        const b = once(layer, () => tf.transpose(tf.tensor2d(scaled(layer), [layer.units, layer.inputs])));
        const a = tf.reshape(x, [batch, layer.inputs]);
        return tf.fused.matMul({ a, b, activation: activation(layer) });
      },
      relu: (x) => tf.relu(x),
      'max-pool': (x, { size, stride, padding }) => tf.maxPool(x, size, stride, padding),
      'average-pool': (x, { size, stride, padding }) => tf.avgPool(x, size, stride, padding),
      'global-average-pool': (x) => tf.mean(x, [1, 2]),
      flatten: (x) => tf.reshape(x, [batch, -1]),
      'pad-channels': (x, { channels }) =>
        tf.pad(x, [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, channels],
        ]),
      add: (a, b) => tf.add(a, b),
    };
    const { height, width, channels } = input;
    const x = tf.tensor4d(Float32Array.from(image), [batch, height, width, channels]);
    const run = () => tf.tidy(() => apply(layers, x, ops));
    const answer = () => {
      const output = run();
      const values = output.dataSync();
      output.dispose();
      return values;
    };
    return {
      // Logits are read, as the others do; a layer's sums would stay where they are.
      run: () => (layers.at(-1).last ? void answer() : tf.dispose(run())),
      answer,
      close: () => tf.dispose([x, ...made.values()]),
    };
  };

async function ortWeb() {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  const options = { executionProviders: ['wasm'] };
  return [{ lane: 'ort-web int8', type: 'int8', open: openOnnx(ort, 'int8', options) }];
}

async function ortNode() {
  const { default: ort } = await import('onnxruntime-node');
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 };
  return [
    { lane: 'ort-node f32', type: 'float', open: openOnnx(ort, 'float', options) },
    { lane: 'ort-node int8', type: 'int8', open: openOnnx(ort, 'int8', options) },
  ];
}

const openOnnx = (ort, type, options) => async (network, image, batch) => {
  const { onnxModel } = await import('./onnx.mjs');
  const { height, width, channels } = network.input;
  const { bytes, output } = onnxModel(network, type, batch);
  const session = await ort.InferenceSession.create(bytes, options);
  const pixels = moveChannels(image, batch, height * width, channels);
  const feeds = {
    pixels: new ort.Tensor(
      type === 'int8' ? 'uint8' : 'float32',
      type === 'int8' ? pixels : Float32Array.from(pixels),
      [batch, channels, height, width],
    ),
  };
  return {
    run: () => session.run(feeds),
    async answer() {
      const { data, dims } = (await session.run(feeds))[output];
      // An image's channels come first here.
      return dims.length === 4 ? moveChannels(data, batch, dims[1], dims[2] * dims[3]) : data;
    },
    close: () => session.release(),
  };
};
