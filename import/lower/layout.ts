/** Keeps track of which axis of ONNX is height, width or channels of the format. */
import { type NdArray, stridesOf } from '../evaluate/nd-array.js';
import type { FormatAxis, Size, Value } from './values.js';

type Axes = Value['axes'];

/**
 * Gives a shape the axes of another one with the same numbers in the same order.
 *
 * @throws {RangeError} if an axis of the new shape is only a part of an axis of the format
 */
export function regroupedAxes(axes: Axes, size: Size, dims: readonly number[]): FormatAxis[][] {
  const rest = axes.flat();
  const result = dims.map((wanted) => {
    const group: FormatAxis[] = [];
    let product = 1;
    while (product < wanted && rest.length > 0) {
      const axis = rest.shift() as FormatAxis;
      group.push(axis);
      product *= size[axis];
    }
    if (product !== wanted) throw new RangeError(`an axis of ${wanted} divides height, width or channels`);
    return group;
  });
  if (rest.length > 0) throw new RangeError('an axis is left over');
  return result;
}

/**
 * Returns a constant's value for each channel.
 *
 * @returns undefined if it changes from position to position
 * @throws {RangeError} if the constant is larger than the tensor
 */
export function perChannel(constant: NdArray, { dims, axes, sums }: Value): Float64Array | undefined {
  const { channels } = sums;
  if (constant.data.length === 1) return new Float64Array(channels).fill(constant.data[0]);
  const lead = constant.dims.length - dims.length;
  const own = constant.dims.map((size, axis) => ({ size, target: axis - lead }));
  if (own.some(({ size, target }) => size !== 1 && size !== dims[target]))
    throw new RangeError(`a constant of shape [${constant.dims}] does not fit [${dims}]`);
  const values = new Float64Array(channels).fill(Number.NaN);
  const isSet = new Uint8Array(channels);
  const varies = own.some(({ size, target }) => size !== 1 && axes[target].includes('channels'));
  const strides = stridesOf(constant.dims);
  for (let i = 0; i < constant.data.length; i++) {
    let channel = 0;
    own.forEach(({ size, target }, axis) => {
      if (size === 1) return;
      let rest = Math.floor(i / strides[axis]) % size;
      for (const name of axes[target].toReversed()) {
        if (name === 'channels') channel = rest % channels;
        rest = Math.floor(rest / sums[name]);
      }
    });
    if (isSet[channel] && values[channel] !== constant.data[i]) return undefined;
    values[channel] = constant.data[i];
    isSet[channel] = 1;
  }
  return varies || channels === 1 ? values : values.fill(values[0]);
}

/** Returns whether an axis of ONNX is one axis of the format, or has size 1. */
export function isAxis(axes: readonly FormatAxis[], name: FormatAxis): boolean {
  return axes.length === 0 || (axes.length === 1 && axes[0] === name);
}

/**
 * Returns for each index of a flattened tensor its index in the format's order, height, width, channels.
 *
 * @param axes the order in which the tensor was flattened
 */
export function formatIndices(axes: readonly FormatAxis[], { height, width, channels }: Size): Int32Array {
  const sizes = { height, width, channels };
  const strides = { height: width * channels, width: channels, channels: 1 };
  const indices = new Int32Array(height * width * channels);
  const counts = axes.map(() => 0);
  let at = 0;
  for (let i = 0; i < indices.length; i++) {
    indices[i] = at;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const name = axes[axis];
      at += strides[name];
      if (++counts[axis] < sizes[name]) break;
      at -= strides[name] * sizes[name];
      counts[axis] = 0;
    }
  }
  return indices;
}
