/** An array of numbers with a shape, in row-major order. Booleans are 0 and 1. */
export interface NdArray {
  dims: number[];
  data: Float64Array;
  /** The type of the elements in the file, such as `int8`, if the array is read from it. */
  type?: string;
}

/** The limit of the elements of one array, so that a small file cannot ask for much memory. */
export const MAX_ELEMENTS = 2 ** 25;

/** Returns the number of elements of a shape. */
export function countOf(dims: readonly number[]): number {
  return dims.reduce((count, size) => count * size, 1);
}

export function scalar(value: number): NdArray {
  return { dims: [], data: Float64Array.of(value) };
}

export function vector(values: readonly number[]): NdArray {
  return { dims: [values.length], data: Float64Array.from(values) };
}

/** Returns an array of zeros. @throws {RangeError} if it had too many elements */
export function zeros(dims: readonly number[]): NdArray {
  const count = countOf(dims);
  if (!(count <= MAX_ELEMENTS)) throw new RangeError(`an array would have ${count} elements`);
  return { dims: [...dims], data: new Float64Array(count) };
}

/** Returns the distance in elements between neighbors along each axis. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * dims[axis + 1];
  return strides;
}

/** Returns the common shape of arrays, as NumPy does. @throws {RangeError} if there is none */
export function broadcastDims(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[dims.length - rank + axis] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.some((one) => one !== 1 && one !== size))
      throw new RangeError(`shapes ${shapes.map((dims) => `[${dims}]`).join(' and ')} do not match`);
    return size;
  });
}

/** Returns the strides by which an array is read in a larger shape: 0 along axes that it repeats. */
export function broadcastStrides(dims: readonly number[], shape: readonly number[]): number[] {
  const strides = stridesOf(dims);
  const lead = shape.length - dims.length;
  return shape.map((_, axis) => (axis < lead || dims[axis - lead] === 1 ? 0 : strides[axis - lead]));
}

/**
 * Applies a function of numbers to arrays, which repeat along axes of size 1.
 *
 * @throws {RangeError} if the shapes do not match
 */
export function mapBroadcast(arrays: readonly NdArray[], f: (values: readonly number[]) => number): NdArray {
  const dims = broadcastDims(arrays.map((array) => array.dims));
  const result = zeros(dims);
  const strides = arrays.map((array) => broadcastStrides(array.dims, dims));
  const at = arrays.map(() => 0);
  const index = dims.map(() => 0);
  const values = arrays.map(() => 0);
  for (let i = 0; i < result.data.length; i++) {
    for (let k = 0; k < arrays.length; k++) values[k] = arrays[k].data[at[k]];
    result.data[i] = f(values);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const isLast = ++index[axis] === dims[axis];
      for (let k = 0; k < arrays.length; k++)
        at[k] += isLast ? -strides[k][axis] * (dims[axis] - 1) : strides[k][axis];
      if (!isLast) break;
      index[axis] = 0;
    }
  }
  return result;
}

/** Returns a non-negative axis. @throws {RangeError} if the array has no such axis */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank)
    throw new RangeError(`there is no axis ${axis} of ${rank} axes`);
  return positive;
}

/** Reorders the axes. */
export function transpose({ dims, data }: NdArray, order: readonly number[]): NdArray {
  if (order.length !== dims.length || new Set(order).size !== dims.length)
    throw new RangeError(`[${order}] is not an order of ${dims.length} axes`);
  const strides = stridesOf(dims);
  const result = zeros(order.map((axis) => dims[axisOf(axis, dims.length)]));
  const steps = order.map((axis) => strides[axis]);
  const index = order.map(() => 0);
  let at = 0;
  for (let i = 0; i < data.length; i++) {
    result.data[i] = data[at];
    for (let axis = order.length - 1; axis >= 0; axis--) {
      at += steps[axis];
      if (++index[axis] < result.dims[axis]) break;
      at -= steps[axis] * result.dims[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/** Gives a vector the shape in which it runs along an axis. */
export function alongAxis(array: NdArray, axis: number, rank: number): NdArray {
  if (array.data.length === 1) return scalar(array.data[0]);
  if (array.dims.length !== 1) return array;
  const dims = new Array<number>(rank).fill(1);
  dims[axisOf(axis, rank)] = array.data.length;
  return { ...array, dims };
}
