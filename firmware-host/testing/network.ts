import { encodeModel, type Graph } from '../../sdk/index.js';
import { type Random, random } from '../../sdk/testing/random-graph.js';

export interface NetworkOptions {
  /** Height and width of the image; one channel. */
  side?: number;
  hidden?: number;
  classes?: number;
  seed?: number;
}

/** A dense network of two layers with random weights: a valid `.bdm` of any size that a test needs. */
export function denseNetwork({
  side = 6,
  hidden = 40,
  classes = 10,
  seed = 1,
}: NetworkOptions = {}): Uint8Array {
  const rng = random(seed);
  const graph: Graph = {
    input: { height: side, width: side, channels: 1 },
    nodes: [
      {
        kind: 'int8-convolution',
        input: 0,
        window: covering(side),
        outputHeight: 1,
        outputWidth: 1,
        filters: hidden,
        weights: Int8Array.from({ length: hidden * side * side }, () => rng.integer(-128, 127)),
        epilogue: {
          kind: 'threshold',
          coupled: false,
          cuts: [{ thresholds: new Int32Array(hidden), below: new Uint8Array(hidden) }],
        },
      },
      {
        kind: 'binary-convolution',
        input: 1,
        window: covering(1),
        outputHeight: 1,
        outputWidth: 1,
        filters: classes,
        weights: Int8Array.from({ length: classes * hidden }, () => (rng.chance(0.5) ? 1 : -1)),
        epilogue: { kind: 'sum', bias: Int32Array.from({ length: classes }, () => rng.integer(-5, 5)) },
      },
    ],
    outputScale: 1,
  };
  return encodeModel(graph);
}

const covering = (size: number) => ({
  kernelHeight: size,
  kernelWidth: size,
  strideY: 1,
  strideX: 1,
  paddingTop: 0,
  paddingLeft: 0,
});

/** Random images for {@link denseNetwork}. */
export function randomImages(count: number, side = 6, rng: Random = random(count)): Uint8Array[] {
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: side * side }, () => rng.integer(0, 255)),
  );
}
