/**
 * Compares an imported network with its ONNX graph, image by image and tensor by tensor. The graph is evaluated in
 * float64, with the operators of `evaluate/`.
 */
import { argmax, Engine, engineWasm, ImageError, tensorIntegers } from '@bd-edge/sdk/internal';
import { evaluateNodes } from './evaluate/evaluate.js';
import { countOf, type NdArray } from './evaluate/nd-array.js';
import type { ImportedNetwork } from './import-onnx.js';
import type { ComparedTensor } from './lower/graph-builder.js';
import { formatIndices } from './lower/layout.js';
import type { Value } from './lower/values.js';

/** The first place where an image gives other numbers. */
export interface Difference {
  /** The index of the image. */
  image: number;
  /** The tensor of the ONNX graph. */
  tensor: string;
  /** The op whose output holds it. */
  op: number;
  /** How many of its numbers differ. */
  values: number;
}

/** How an imported network and its ONNX graph agree. */
export interface Agreement {
  images: number;
  /** The number of activations that were compared, over all images. */
  activations: number;
  activationsDiffering: number;
  /** The number of images whose class differs, without ties. */
  classesDiffering: number;
  /**
   * The number of images with another class because the largest logits are equal in integers. In the ONNX graph they
   * differ by less than float32 can tell.
   */
  classesTied: number;
  /** The largest difference of a logit, in steps of the output scale. */
  largestLogitError: number;
  firstDifference?: Difference;
}

export interface AgreementOptions {
  onProgress?: (done: number, total: number) => void;
  /** Called with the output of each op, image by image. */
  onLayers?: (layers: readonly Uint8Array[]) => void;
  /** Called with the integer logits, image by image. */
  onLogits?: (logits: Int32Array) => void;
}

/** Numbers that are nearer than this part of a step are equal: float64 rounds. */
const TOLERANCE = 1e-4;

/**
 * Runs images through an imported network and through its ONNX graph.
 *
 * @param images the bytes of all images, one after the other, each height x width x channels
 * @throws {ImageError} `wrong-image-size`
 */
export async function measureAgreement(
  { bytes, model, constant, lowered }: ImportedNetwork,
  images: Uint8Array,
  { onProgress, onLayers, onLogits }: AgreementOptions = {},
): Promise<Agreement> {
  const { height, width, channels } = model.input;
  const imageBytes = height * width * channels;
  if (images.length % imageBytes !== 0)
    throw new ImageError(
      'wrong-image-size',
      `Expected images of ${imageBytes} bytes each; received ${images.length} bytes in all.`,
      { received: images.length, expected: imageBytes },
    );
  const engine = await Engine.instantiate(await engineWasm());
  engine.load(bytes);
  const count = images.length / imageBytes;
  const agreement: Agreement = {
    ...{
      images: count,
      activations: 0,
      activationsDiffering: 0,
      classesDiffering: 0,
      classesTied: 0,
      largestLogitError: 0,
    },
  };
  const orders = lowered.compared.map(({ tensor, value }) => formatIndices(value.axes.flat(), tensor));
  const inputOrder = formatIndices(lowered.input.axes.flat(), model.input);

  for (let image = 0; image < count; image++) {
    const pixels = images.subarray(image * imageBytes, (image + 1) * imageBytes);
    const layers = engine.layers(pixels);
    onLayers?.(layers);
    const known = new Map(lowered.constants).set(
      lowered.input.name,
      inputArray(lowered.input, inputOrder, pixels),
    );
    const tensors = evaluateNodes(lowered.nodesOfLogits, known);
    for (const [i, { tensor, value }] of lowered.compared.entries()) {
      const expected = tensors.get(value.name);
      // What no logit depends on is not evaluated.
      if (!expected) continue;
      const integers = tensorIntegers(layers[tensor.index - 1], model.tensors[tensor.index]);
      const values = countDifferences({ tensor, value }, orders[i], integers, expected);
      agreement.activations += integers.length;
      agreement.activationsDiffering += values;
      if (values > 0)
        agreement.firstDifference ??= { image, tensor: value.name, op: tensor.index - 1, values };
    }
    const integers = tensorIntegers(layers[layers.length - 1], model.tensors[layers.length]);
    onLogits?.(integers);
    const logits = tensors.get(lowered.logits.name)?.data ?? new Float64Array();
    const [own, expected] = [argmax(integers), argmax(logits)];
    if (own !== expected) {
      const isTied = logits[expected] - logits[own] < TOLERANCE * lowered.graph.outputScale;
      agreement[isTied ? 'classesTied' : 'classesDiffering']++;
    }
    logits.forEach((logit, i) => {
      const error = Math.abs((logit - constant) / lowered.graph.outputScale - integers[i]);
      agreement.largestLogitError = Math.max(agreement.largestLogitError, error);
    });
    onProgress?.(image + 1, count);
    // Gives Ctrl-C and progress bars a moment.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  return agreement;
}

/** Returns an image as the network's input. */
function inputArray({ dims, sums }: Value, order: Int32Array, pixels: Uint8Array): NdArray {
  const { channels, base } = sums;
  const data = new Float64Array(countOf(dims));
  order.forEach((at, i) => {
    data[i] = base.apply(pixels[at], at % channels);
  });
  return { dims, data };
}

function countDifferences(
  { tensor }: ComparedTensor,
  order: Int32Array,
  integers: Int32Array,
  expected: NdArray,
): number {
  const { steps, offsets, channels } = tensor;
  let count = 0;
  order.forEach((at, i) => {
    const channel = at % channels;
    const real = steps[channel] * integers[at] + offsets[channel];
    if (!(Math.abs(real - expected.data[i]) <= TOLERANCE * Math.abs(steps[channel]))) count++;
  });
  return count;
}
