/** Compares in Node: ours in the simd build, the peer's ONNX file in ONNX Runtime, native and in WebAssembly. */
import { load } from '@bd-edge/sdk';
import { measure } from '../measure.mjs';
import { median } from '../statistics.mjs';
import { countCorrect, PIXELS } from './compare.mjs';

const RUNTIMES = {
  'ort-node': async () => {
    const { default: ort } = await import('onnxruntime-node');
    return { ort, options: { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 } };
  },
  'ort-web': async () => {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = 1;
    return { ort, options: { executionProviders: ['wasm'] } };
  },
};

/** @param {any} work see compareWithPeer */
export async function compareInNode({ bytes, peer, pixels, images, effort }, say) {
  /** @type {any[]} */
  const lanes = [await ourLane(bytes, images)];
  for (const [lane, open] of Object.entries(RUNTIMES)) {
    let runtime;
    try {
      runtime = await open();
    } catch (error) {
      say(`${lane} is left out (npm install --prefix bench): ${String(error.message).split('\n')[0]}`);
      continue;
    }
    lanes.push(await onnxLane(lane, runtime, { peer, pixels, images }));
  }
  const times = await measure(lanes, effort);
  const rows = [];
  for (const [i, { lane, logitsOf }] of lanes.entries())
    rows.push({
      lane,
      correct: await countCorrect(images.labels, logitsOf),
      images: images.labels.length,
      ms: median(times[i].samples),
    });
  return { where: `Node ${process.version}`, rows };
}

/** A lane takes another image in each run, since the time of ours depends on the image. */
async function ourLane(bytes, { pixels, labels, size }) {
  const network = await load(bytes);
  const image = (i) => pixels.subarray(i * size, (i + 1) * size);
  let next = 0;
  return {
    lane: 'bd-edge simd',
    run: () => void network.run(image(next++ % labels.length)),
    logitsOf: (i) => network.run(image(i)).logits,
  };
}

async function onnxLane(lane, { ort, options }, { peer, pixels, images }) {
  const session = await ort.InferenceSession.create(peer, options);
  const [{ name, type, shape }] = session.inputMetadata;
  const { height, width, channels } = images.shape;
  const channelsFirst = shape[1] === channels && shape.at(-1) !== channels;
  const scale = PIXELS[pixels][type];
  if (!scale)
    throw new Error(`the peer reads ${type}; no input of that type is made from "${pixels}" pixels`);
  const dims = channelsFirst ? [1, channels, height, width] : [1, height, width, channels];
  const data = { float32: Float32Array, uint8: Uint8Array, int8: Int8Array }[type];
  const feedsOf = (index) => {
    const values = new data(images.size);
    for (let i = 0; i < images.size; i++) {
      const from = channelsFirst ? (i % (height * width)) * channels + Math.floor(i / (height * width)) : i;
      values[i] = scale(images.pixels[index * images.size + from]);
    }
    return { [name]: new ort.Tensor(type, values, dims) };
  };
  const feeds = feedsOf(0);
  return {
    lane,
    run: () => session.run(feeds),
    logitsOf: async (i) => (await session.run(feedsOf(i)))[session.outputNames[0]].data,
  };
}
