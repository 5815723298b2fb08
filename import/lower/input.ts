/** The input of the network: bytes of an image, as the numbers that the network was trained with. */
import { ImportError } from '../errors.js';
import { countOf } from '../evaluate/nd-array.js';
import type { OnnxModel, OnnxNode } from '../onnx/read-model.js';
import { readingOf } from './sums.js';
import type { FormatAxis, Size, Value } from './values.js';

/** How a byte becomes a number of the network: `((low + byte * (high - low) / 255) - mean) / deviation`. */
export interface PixelScaling {
  low: number;
  high: number;
  /** For each channel, or one for all. */
  mean?: readonly number[];
  deviation?: readonly number[];
}

export interface InputOptions {
  pixels: PixelScaling;
  /** The order of the axes. Default: the one in which the channels are at most 4, else channels first. */
  layout?: 'channels-first' | 'channels-last';
  /** The image behind a flat input. Default: 1 x 1 x values. */
  shape?: Size;
  /** What becomes of activations that are padded with the middle of their levels. Default: reject. */
  zeroPadding?: 'reject' | 'int16';
}

/** The axes of inputs, by the number of axes behind the batch. */
const FIRST: Readonly<Record<number, readonly FormatAxis[]>> = {
  1: ['channels'],
  2: ['channels', 'width'],
  3: ['channels', 'height', 'width'],
};
const LAST: Readonly<Record<number, readonly FormatAxis[]>> = {
  1: ['channels'],
  2: ['width', 'channels'],
  3: ['height', 'width', 'channels'],
};
/** More channels are not expected of an image. */
const MAX_COLORS = 4;

/**
 * Returns the input of a graph as a value.
 *
 * @param nodes the nodes that are imported
 * @throws {ImportError} `several-inputs`, `dynamic-shape`, `unsupported-input`
 */
export function inputValue(
  { inputs }: Pick<OnnxModel, 'inputs'>,
  nodes: readonly OnnxNode[],
  options: InputOptions,
): Value {
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const used = inputs.filter(({ name }) => read.has(name));
  if (used.length !== 1)
    throw new ImportError(
      'several-inputs',
      `The network reads ${used.length} inputs${used.length ? ` (${used.map(({ name }) => name).join(', ')})` : ''}; exactly 1 is supported.`,
    );
  const [{ name, dims: declared }] = used;
  if (!declared || declared.length < 2 || declared.length > 4)
    throw new ImportError(
      'unsupported-input',
      `The input "${name}" has ${declared ? `the shape [${declared}]` : 'no shape'}; expected [batch, ...] with 2 to 4 axes.`,
      { node: name },
    );
  // An exporter writes 0, a name or nothing for a batch of any size.
  const [batch, ...sizes] = declared;
  if (batch !== undefined && batch > 1)
    throw new ImportError(
      'unsupported-input',
      `The input "${name}" has a batch of ${batch} images; export the network with a batch of 1.`,
      { node: name },
    );
  if (!sizes.every((size): size is number => size !== undefined && Number.isInteger(size) && size > 0))
    throw new ImportError(
      'dynamic-shape',
      `The input "${name}" has the shape [${declared.map((size) => size ?? '?')}]; export the network with fixed sizes, only the batch may be dynamic.`,
      { node: name },
    );
  const dims = [1, ...sizes];
  const { size, order } = imageOf(dims, nodes, options, name);
  const tensor = {
    ...size,
    index: 0,
    type: 'u8',
    low: 0,
    high: 255,
    ...scaling(options.pixels, size, name),
  } as const;
  return {
    ...{ name, dims, sums: readingOf(tensor) },
    axes: [[], ...order.map((axes) => axes.filter((axis) => size[axis] > 1))],
  };
}

/** Returns the size of the image, and for each axis of the input the axes of the format. */
function imageOf(
  [, ...sizes]: readonly number[],
  nodes: readonly OnnxNode[],
  { layout, shape }: InputOptions,
  name: string,
): { size: Size; order: (readonly FormatAxis[])[] } {
  const isFlat = sizes.length === 1;
  if (isFlat && shape) {
    if (countOf(Object.values(shape)) !== sizes[0])
      throw new ImportError(
        'unsupported-input',
        `The input "${name}" has ${sizes[0]} values, and the given shape ${shape.height} x ${shape.width} x ${shape.channels}.`,
        { node: name },
      );
    return { size: shape, order: [layout === 'channels-first' ? FIRST[3] : LAST[3]] };
  }
  // Gray images without an axis for channels, in networks that flatten them.
  if (sizes.length === 2 && !layout && !nodes.some(({ opType }) => opType === 'Conv'))
    return { size: { height: sizes[0], width: sizes[1], channels: 1 }, order: [['height'], ['width']] };
  const last = sizes[sizes.length - 1];
  const isLast = layout ? layout === 'channels-last' : last <= MAX_COLORS && sizes[0] > MAX_COLORS;
  const order = (isLast ? LAST : FIRST)[sizes.length];
  const size: Size = { height: 1, width: 1, channels: 1 };
  order.forEach((axis, i) => {
    size[axis] = sizes[i];
  });
  return { size, order: order.map((axis) => [axis]) };
}

function scaling(
  { low, high, mean = [0], deviation = [1] }: PixelScaling,
  { channels }: Size,
  name: string,
): { steps: Float64Array; offsets: Float64Array } {
  for (const list of [mean, deviation])
    if (list.length !== 1 && list.length !== channels)
      throw new ImportError(
        'unsupported-input',
        `The input "${name}" has ${channels} channels; received ${list.length} means or deviations.`,
        { node: name },
      );
  const at = (list: readonly number[], channel: number) => list[list.length === 1 ? 0 : channel];
  const steps = Float64Array.from({ length: channels }, (_, c) => (high - low) / 255 / at(deviation, c));
  const offsets = Float64Array.from({ length: channels }, (_, c) => (low - at(mean, c)) / at(deviation, c));
  return { steps, offsets };
}
