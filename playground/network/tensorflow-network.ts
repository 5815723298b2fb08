import { computedSize, type Epilogue, type Model, type Op, type Window } from '@bd-edge/sdk/internal';
import type * as tf from '@tensorflow/tfjs-core';

/** The parts of TensorFlow.js that a network needs. The page loads it only on request. */
export type TensorFlow = typeof tf;

type Convolution = Extract<Op, { weights: Int8Array }>;
type Pool = Pick<Extract<Op, { kind: 'max-pool' }>, 'window' | 'andMask' | 'outputHeight' | 'outputWidth'>;
/** The network has fixed-point numbers or pools of them, which float32 does not compute exactly. */
export class NumbersBetweenLayersError extends TypeError {
  constructor() {
    super(
      'TensorFlow.js does not compute fixed-point numbers exactly; only networks of bits can be compared.',
    );
  }
}

/** The planes of an activation: two if it is coupled. */
type Planes = tf.Tensor4D[];

/**
 * Builds the same network from TensorFlow.js's own operations in float32. As long as sums stay below 2^24, its logits are
 * the same integers.
 *
 * @returns a function that runs an image, and one that frees the weights
 * @throws {NumbersBetweenLayersError} if a layer outputs fixed-point numbers
 */
export function tensorFlowNetwork(tf: TensorFlow, { input, ops, tensors }: Model) {
  const layers = ops.map((op) => {
    const { channels } = tensors[op.input];
    if (op.kind === 'sum-pool' || (op.kind === 'max-pool' && op.andMask.length === 0))
      throw new NumbersBetweenLayersError();
    return op.kind === 'max-pool' ? pool(tf, op, channels) : convolution(tf, op, channels);
  });
  return {
    async run(image: Uint8Array): Promise<Int32Array> {
      const logits = tf.tidy(() => {
        const { height, width, channels } = input;
        const values: Planes[] = [[tf.tensor4d(Float32Array.from(image), [1, height, width, channels])]];
        ops.forEach(({ input: tensor }, index) => {
          values.push(layers[index].run(values[tensor]));
        });
        return values[ops.length][0];
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

function convolution(tf: TensorFlow, op: Convolution, channels: number) {
  const { window, filters, epilogue } = op;
  const { height, width } = computedSize(op);
  const shape = [filters, window.kernelHeight, window.kernelWidth, channels] as const;
  const kernel = tf.tidy(() =>
    tf.transpose<tf.Tensor4D>(tf.tensor4d(Float32Array.from(op.weights), [...shape]), [1, 2, 3, 0]),
  );
  const ending = endingOf(tf, epilogue);
  const pooled = op.pool && pool(tf, poolOf(op, op.pool), op.pool.andMask.length / planesOf(epilogue));
  return {
    constants: [kernel, ...ending.constants, ...(pooled?.constants ?? [])],
    run(planes: Planes): Planes {
      const whole = planes.reduce((sum, plane) => tf.add<tf.Tensor4D>(sum, plane));
      const padded = pad(tf, whole, window, height, width);
      const sums = tf.conv2d(padded, kernel, [window.strideY, window.strideX], 'valid');
      const outputs = ending.run(tf.slice(sums, [0, 0, 0, 0], [1, height, width, filters]));
      return pooled ? pooled.run(outputs) : outputs;
    },
  };
}

/** Returns the pool of a convolution as an op. */
function poolOf(op: Convolution, { height, width, andMask }: NonNullable<Convolution['pool']>): Pool {
  const { outputHeight, outputWidth } = op;
  const window: Window = {
    ...{ kernelHeight: height, kernelWidth: width, strideY: height, strideX: width },
    ...{ paddingTop: 0, paddingLeft: 0 },
  };
  return { window, andMask, outputHeight, outputWidth };
}

function planesOf(epilogue: Epilogue): number {
  return epilogue.kind === 'threshold' && epilogue.coupled ? 2 : 1;
}

function endingOf(tf: TensorFlow, epilogue: Epilogue) {
  if (epilogue.kind === 'fixed-point') throw new NumbersBetweenLayersError();
  if (epilogue.kind === 'sum') {
    const bias = tf.tensor1d(Float32Array.from(epilogue.bias));
    return { constants: [bias], run: (sums: tf.Tensor4D): Planes => [tf.add<tf.Tensor4D>(sums, bias)] };
  }
  const thresholds = epilogue.thresholds.map(({ values, invert }) => ({
    values: tf.tensor1d(Float32Array.from(values)),
    invert: tf.tensor1d(Float32Array.from(invert)),
  }));
  return {
    constants: thresholds.flatMap(({ values, invert }) => [values, invert]),
    run(sums: tf.Tensor4D): Planes {
      const bits = thresholds.map(({ values, invert }) =>
        tf.abs(tf.sub<tf.Tensor4D>(tf.cast(tf.greaterEqual(sums, values), 'float32'), invert)),
      );
      return epilogue.coupled || bits.length === 1 ? bits : [tf.concat(bits, 3)];
    },
  };
}

function pool(tf: TensorFlow, { window, andMask, outputHeight, outputWidth }: Pool, channels: number) {
  const masks = Array.from({ length: andMask.length / channels }, (_, plane) =>
    tf.tensor1d(Float32Array.from(andMask.subarray(plane * channels, (plane + 1) * channels))),
  );
  return {
    constants: masks,
    run: (planes: Planes): Planes =>
      planes.map((plane, i) => {
        // AND of bits is not OR of their opposites: outside of the input both read 0.
        const turned = tf.abs(tf.sub<tf.Tensor4D>(plane, masks[i]));
        const padded = pad(tf, turned, window, outputHeight, outputWidth);
        const size: [number, number] = [window.kernelHeight, window.kernelWidth];
        const pooled = tf.maxPool(padded, size, [window.strideY, window.strideX], 'valid');
        const kept = tf.slice(pooled, [0, 0, 0, 0], [1, outputHeight, outputWidth, channels]);
        return tf.abs(tf.sub<tf.Tensor4D>(kept, masks[i]));
      }),
  };
}

/** Pads with zeros as far as the windows of all outputs reach. */
function pad(
  tf: TensorFlow,
  values: tf.Tensor4D,
  window: Window,
  outputHeight: number,
  outputWidth: number,
): tf.Tensor4D {
  const [, height, width] = values.shape;
  const { paddingTop: top, paddingLeft: left } = window;
  const bottom = (outputHeight - 1) * window.strideY + window.kernelHeight - top - height;
  const right = (outputWidth - 1) * window.strideX + window.kernelWidth - left - width;
  return tf.pad(values, [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ]);
}
