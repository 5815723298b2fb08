import type { Epilogue, Model, Node, Window } from '@bd-edge/sdk';
import type * as tf from '@tensorflow/tfjs';

/** The parts of TensorFlow.js that a network needs; a page loads it only to compare. */
export type TensorFlow = typeof tf;

type Convolution = Extract<Node, { weights: Int8Array }>;
type Pool = Extract<Node, { kind: 'max-pool' }>;
/** The network has fixed-point numbers, or pools of them, which float32 does not compute exactly. */
export class NumbersBetweenLayersError extends TypeError {
  constructor() {
    super('TensorFlow.js does not compute fixed-point numbers between layers exactly; nothing to compare.');
  }
}

/** The planes of an activation: two where it is coupled. */
type Planes = tf.Tensor4D[];

/**
 * The same network out of TensorFlow.js's own operations in float32, as one would run it without an engine for bits. As
 * long as sums stay below 2^24 its logits are the same integers.
 *
 * @returns a function from an image to the logits, and one that frees the weights
 * @throws {NumbersBetweenLayersError} if more than bits goes from layer to layer
 */
export function tensorFlowNetwork(tf: TensorFlow, { input, nodes, tensors }: Model) {
  const layers = nodes.map((node) => {
    const { channels } = tensors[node.input];
    if (node.kind === 'sum-pool' || (node.kind === 'max-pool' && node.all.length === 0))
      throw new NumbersBetweenLayersError();
    return node.kind === 'max-pool' ? pool(tf, node, channels) : convolution(tf, node, channels);
  });
  return {
    async run(image: Uint8Array): Promise<Int32Array> {
      const logits = tf.tidy(() => {
        const { height, width, channels } = input;
        const values: Planes[] = [[tf.tensor4d(Float32Array.from(image), [1, height, width, channels])]];
        nodes.forEach((node, op) => {
          values.push(layers[op].run(values[node.input]));
        });
        return values[nodes.length][0];
      });
      const data = await logits.data();
      logits.dispose();
      return Int32Array.from(data);
    },
    dispose: () => {
      for (const { constants } of layers) tf.dispose(constants);
    },
  };
}

function convolution(tf: TensorFlow, node: Convolution, channels: number) {
  const { window, filters, epilogue, outputHeight, outputWidth } = node;
  const shape = [filters, window.kernelHeight, window.kernelWidth, channels] as const;
  const kernel = tf.tidy(() =>
    tf.tensor4d(Float32Array.from(node.weights), [...shape]).transpose<tf.Tensor4D>([1, 2, 3, 0]),
  );
  const ending = endingOf(tf, epilogue);
  return {
    constants: [kernel, ...ending.constants],
    run(planes: Planes): Planes {
      const whole = planes.reduce((sum, plane) => sum.add<tf.Tensor4D>(plane));
      const padded = pad(whole, window, outputHeight, outputWidth);
      const sums = tf.conv2d(padded, kernel, [window.strideY, window.strideX], 'valid');
      return ending.run(sums.slice([0, 0, 0, 0], [1, outputHeight, outputWidth, filters]));
    },
  };
}

function endingOf(tf: TensorFlow, epilogue: Epilogue) {
  if (epilogue.kind === 'fixed-point') throw new NumbersBetweenLayersError();
  if (epilogue.kind === 'sum') {
    const bias = tf.tensor1d(Float32Array.from(epilogue.bias));
    return { constants: [bias], run: (sums: tf.Tensor4D): Planes => [sums.add<tf.Tensor4D>(bias)] };
  }
  const cuts = epilogue.cuts.map(({ thresholds, below }) => ({
    thresholds: tf.tensor1d(Float32Array.from(thresholds)),
    below: tf.tensor1d(Float32Array.from(below)),
  }));
  return {
    constants: cuts.flatMap(({ thresholds, below }) => [thresholds, below]),
    run(sums: tf.Tensor4D): Planes {
      // Where the bit is set below the threshold, it is the other one.
      const bits = cuts.map(({ thresholds, below }) =>
        tf.abs(tf.sub<tf.Tensor4D>(sums.greaterEqual(thresholds).toFloat(), below)),
      );
      return epilogue.coupled || bits.length === 1 ? bits : [tf.concat(bits, 3)];
    },
  };
}

function pool(tf: TensorFlow, { window, all, outputHeight, outputWidth }: Pool, channels: number) {
  const masks = Array.from({ length: all.length / channels }, (_, plane) =>
    tf.tensor1d(Float32Array.from(all.subarray(plane * channels, (plane + 1) * channels))),
  );
  return {
    constants: masks,
    run: (planes: Planes): Planes =>
      planes.map((plane, i) => {
        // AND of bits is not OR of their opposites; beyond the border both see 0.
        const turned = tf.abs(tf.sub<tf.Tensor4D>(plane, masks[i]));
        const padded = pad(turned, window, outputHeight, outputWidth);
        const size: [number, number] = [window.kernelHeight, window.kernelWidth];
        const most = tf.maxPool(padded, size, [window.strideY, window.strideX], 'valid');
        const wanted = most.slice([0, 0, 0, 0], [1, outputHeight, outputWidth, channels]);
        return tf.abs(tf.sub<tf.Tensor4D>(wanted, masks[i]));
      }),
  };
}

/** Zeros around, as many as the windows of all outputs reach. */
function pad(values: tf.Tensor4D, window: Window, outputHeight: number, outputWidth: number): tf.Tensor4D {
  const [, height, width] = values.shape;
  const { paddingTop: top, paddingLeft: left } = window;
  const bottom = (outputHeight - 1) * window.strideY + window.kernelHeight - top - height;
  const right = (outputWidth - 1) * window.strideX + window.kernelWidth - left - width;
  return values.pad([
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ]);
}
