/**
 * The same layer in other engines: float32 in TensorFlow.js (WebAssembly, SIMD), int8 in ONNX Runtime's WebAssembly
 * and native builds. One thread each.
 */
import { onnxModel } from './onnx.mjs';

/** The peers that are installed; what is missing is said, not skipped in silence. */
export async function openPeers(say) {
  const peers = [];
  for (const open of [tfjs, ortWeb, ortNode]) {
    try {
      peers.push(await open());
    } catch (error) {
      say(`${open.name} is left out (npm install --prefix bench): ${String(error.message).split('\n')[0]}`);
    }
  }
  return peers;
}

async function tfjs() {
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  const float = (weights, { filters, kernel, channels }) =>
    tf.transpose(tf.tensor4d(Float32Array.from(weights), [filters, kernel, kernel, channels]), [1, 2, 3, 0]);
  return {
    async layer(shape, activations, weights, sums) {
      const { size, channels, kernel, stride } = shape;
      const x = tf.tensor4d(Float32Array.from(activations), [1, size, size, channels]);
      const w = float(weights, shape);
      const run = () => tf.conv2d(x, w, stride, (kernel - 1) >> 1);
      const found = run().dataSync();
      if (sums.some((sum, i) => sum !== found[i])) throw new Error('tfjs gives wrong sums');
      return { lane: 'tfjs-wasm f32', run: () => void run().dispose() };
    },
    async network(layers, image) {
      const x = tf.tensor4d(Float32Array.from(image), [1, 28, 28, 1]);
      const convolutions = layers.filter(({ kind }) => kind === 'conv');
      const filters = convolutions.map((layer, i) => {
        const channels = i === 0 ? 1 : convolutions[i - 1].filters;
        const w = tf.tensor4d(Float32Array.from(layer.weights), [layer.filters, channels, 3, 3]);
        return tf.mul(tf.transpose(w, [2, 3, 1, 0]), layer.scale);
      });
      const dense = layers.at(-1);
      const kernel = tf.tensor2d(Float32Array.from(dense.weights), [dense.weights.length / 10, 10]);
      const run = () =>
        tf.tidy(() => {
          let y = x;
          for (const w of filters) y = tf.maxPool(tf.relu(tf.conv2d(y, w, 1, 'same')), 2, 2, 'valid');
          return tf.matMul(tf.reshape(y, [1, -1]), kernel).dataSync();
        });
      return { lane: 'tfjs-wasm f32', run: () => void run() };
    },
  };
}

async function ortWeb() {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return onnxRuntime(ort, 'ort-web int8', { executionProviders: ['wasm'] });
}

async function ortNode() {
  const { default: ort } = await import('onnxruntime-node');
  return onnxRuntime(ort, 'ort-node int8', {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
}

/** What the last lane answered to the network, to hold the next one to it. */
let lastAnswer;

function onnxRuntime(ort, lane, sessionOptions) {
  async function open(input, layers, pixels) {
    const { bytes, output } = onnxModel(input, layers);
    const session = await ort.InferenceSession.create(bytes, sessionOptions);
    const dims = [1, input.channels, input.height, input.width];
    const feeds = { pixels: new ort.Tensor('uint8', pixels, dims) };
    return { run: () => session.run(feeds), answer: async () => (await session.run(feeds))[output].data };
  }
  return {
    async layer({ size, channels, filters, kernel, stride }, activations, weights, sums) {
      const layer = {
        kind: 'conv',
        filters,
        kernel,
        stride,
        weights: moveChannels(weights, filters, kernel * kernel, channels),
        scale: 1,
        zero: 128,
      };
      const pixels = moveChannels(activations, 1, size * size, channels);
      const { run, answer } = await open({ channels, height: size, width: size }, [layer], pixels);
      const found = moveChannels(await answer(), 1, filters, sums.length / filters);
      // The layer's output is u8: its sums, clamped.
      const wrong = sums.some((sum, i) => Math.min(255, Math.max(0, sum + 128)) !== found[i]);
      if (wrong) throw new Error(`${lane} gives wrong sums`);
      return { lane, run };
    },
    async network(layers, image) {
      const { run, answer } = await open({ channels: 1, height: 28, width: 28 }, layers, image);
      const found = (await answer()).join();
      if (lastAnswer !== undefined && found !== lastAnswer) throw new Error(`${lane} gives other logits`);
      lastAnswer = found;
      return { lane, run };
    },
  };
}

/** [outer][rows][columns] to [outer][columns][rows] */
function moveChannels(array, outer, rows, columns) {
  const moved = new array.constructor(array.length);
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        moved[(o * columns + c) * rows + r] = array[(o * rows + r) * columns + c];
      }
    }
  }
  return moved;
}
