/** The page of in-page.mjs: takes turns between the two engines, and posts accuracies and times. */
import { load } from '@bd-edge/sdk';
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

const SCALE = {
  raw: { float32: (pixel) => pixel, int8: (pixel) => pixel - 128, uint8: (pixel) => pixel },
  '0..1': { float32: (pixel) => pixel / 255 },
  '-1..1': { float32: (pixel) => pixel / 127.5 - 1 },
};

/** Short enough that many rounds are not interrupted. */
const ROUND_MS = 2;

const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const post = (answer) => fetch('/done', { method: 'POST', body: JSON.stringify(answer) });

async function ours(pixels, size, count) {
  const network = await load('/model.bdm');
  const image = (i) => pixels.subarray(i * size, (i + 1) * size);
  let next = 0;
  return {
    lane: `bd-edge ${network.build ?? 'simd'}`,
    run: () => void network.run(image(next++ % count)),
    logitsOf: (i) => network.run(image(i)).logits,
  };
}

async function liteRt(pixels, size, kind, { height, width, channels }) {
  await loadLiteRt('/litert/');
  const model = await loadAndCompile(await bytesOf('/peer.tflite'), { accelerator: 'wasm' });
  const [{ dtype }] = model.getInputDetails();
  const scale = SCALE[kind][dtype];
  if (!scale) throw new Error(`the peer reads ${dtype}; no input of that type is made from "${kind}" pixels`);
  const data = { float32: Float32Array, int8: Int8Array, uint8: Uint8Array }[dtype];
  const tensorOf = (i) =>
    new Tensor(data.from(pixels.subarray(i * size, (i + 1) * size), scale), [1, height, width, channels]);
  const runOn = async (input) => {
    const outputs = await model.run([input]);
    const values = outputs[0].toTypedArray().slice();
    for (const output of outputs) output.delete();
    return values;
  };
  const same = tensorOf(0);
  return {
    lane: 'LiteRT.js',
    run: () => runOn(same),
    async logitsOf(i) {
      const input = tensorOf(i);
      const values = await runOn(input);
      input.delete();
      return values;
    },
  };
}

async function timeOf({ run }, count) {
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const pending = run();
    if (pending) await pending;
  }
  return performance.now() - started;
}

async function countOf(lane, { roundMs, warmUpMs }) {
  for (let spent = 0; spent < warmUpMs; ) spent += Math.max(await timeOf(lane, 1), 0.05);
  let count = 1;
  while ((await timeOf(lane, count)) < roundMs) count *= 2;
  return count;
}

const largest = (values) => values.indexOf(Math.max(...values));

async function main() {
  const { pixels: kind, shape, effort } = await (await fetch('/work.json')).json();
  const size = shape.height * shape.width * shape.channels;
  const pixels = await bytesOf('/pixels');
  const labels = new Uint16Array((await bytesOf('/labels')).buffer);
  const lanes = [await ours(pixels, size, labels.length), await liteRt(pixels, size, kind, shape)];
  const counts = [];
  for (const lane of lanes) counts.push(await countOf(lane, { ...effort, roundMs: ROUND_MS }));
  const samples = lanes.map(() => []);
  for (let round = 0; round < 10 * effort.rounds; round++)
    for (const [i, lane] of lanes.entries()) samples[i].push((await timeOf(lane, counts[i])) / counts[i]);
  const rows = [];
  for (const [i, { lane, logitsOf }] of lanes.entries()) {
    let correct = 0;
    for (let image = 0; image < labels.length; image++)
      if (largest([...(await logitsOf(image))]) === labels[image]) correct++;
    const sorted = samples[i].sort((a, b) => a - b);
    // A page has wall time only. Other programs on the core do not count in the fastest tenth of the rounds.
    rows.push({ lane, correct, images: labels.length, ms: sorted[Math.floor(sorted.length / 10)] });
  }
  await post({ where: navigator.userAgent, rows });
}

main().catch((error) => post({ error: String(error?.stack ?? error) }));
