// Writes the network of the small examples, stripes.bdm, to the current folder: `node ../make-model.mjs`.
//
// It is made by hand and distinguishes horizontal from vertical stripes. Real networks are trained: `npm start` in the
// repository's root trains one on handwritten digits, and writes runs/quick-start/model.bdm.
import { writeFile } from 'node:fs/promises';
import { encodeModel } from '@bd-edge/sdk';

const SIDE = 8;
const EDGES = SIDE - 1;

/** Sets a bit if a 2x2 window is brighter by 128 or more on one side: top, bottom, left, right. */
/** @type {import('@bd-edge/sdk').Op} */
const edges = {
  kind: 'int8-convolution',
  input: 0,
  window: windowOf(2),
  outputHeight: EDGES,
  outputWidth: EDGES,
  filters: 4,
  // biome-ignore format: one window per row
  weights: Int8Array.of(
    1, 1, -1, -1,
    -1, -1, 1, 1,
    1, -1, 1, -1,
    -1, 1, -1, 1,
  ),
  epilogue: {
    kind: 'threshold',
    thresholds: [{ values: new Int32Array(4).fill(128), invert: new Uint8Array(4) }],
    coupled: false,
  },
};

/** Counts the edges in each direction. The class `neither` counts 8. */
/** @type {import('@bd-edge/sdk').Op} */
const counts = {
  kind: 'int8-convolution',
  input: 1,
  window: windowOf(EDGES),
  outputHeight: 1,
  outputWidth: 1,
  filters: 3,
  weights: Int8Array.from(
    [
      ...Array(EDGES ** 2).fill([1, 1, 0, 0]),
      ...Array(EDGES ** 2).fill([0, 0, 1, 1]),
      ...Array(EDGES ** 2).fill([0, 0, 0, 0]),
    ].flat(),
  ),
  epilogue: { kind: 'sum', bias: Int32Array.of(0, 0, 8) },
};

const bytes = encodeModel({
  input: { height: SIDE, width: SIDE, channels: 1 },
  ops: [edges, counts],
  outputScale: 1,
  metadata: { name: 'stripes', labels: ['horizontal', 'vertical', 'neither'] },
});
await writeFile('stripes.bdm', bytes);
console.log(`stripes.bdm: ${bytes.length} bytes`);

function windowOf(side) {
  return { kernelHeight: side, kernelWidth: side, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
}
