import { binaryConvolution } from '../kernels/binary-convolution';
import { int8Convolution } from '../kernels/int8-convolution';
import { maxPoolNumbers } from '../kernels/max-pool';
import { maxPoolBits } from '../kernels/max-pool-bits';
import { sumPool } from '../kernels/sum-pool';

// The engine in parts, for the linker (compile/): it takes the parts that a network uses and calls them in
// order, with constant addresses. Each part that runs an op has the parameters (model, arena, scratch,
// expanded, choice, index): `expanded` is the address of what the part's `prepare` function made of the
// weights, `choice` the number of the kernel's plan. A function that only some networks need within such a
// part is a part as well.

export { openFixedPoint, putFixedPoint } from '../kernels/fixed-point';

export function scalarInt8(
  model: usize,
  arena: usize,
  scratch: usize,
  _: usize,
  _choice: u32,
  index: u32,
): void {
  int8Convolution(model, arena, scratch, index);
}

export function scalarBinary(
  model: usize,
  arena: usize,
  scratch: usize,
  _: usize,
  _choice: u32,
  index: u32,
): void {
  binaryConvolution(model, arena, scratch, index);
}

export function poolBits(
  model: usize,
  arena: usize,
  _scratch: usize,
  _: usize,
  _choice: u32,
  index: u32,
): void {
  maxPoolBits(model, arena, index);
}

export function poolNumbers(
  model: usize,
  arena: usize,
  _scratch: usize,
  _: usize,
  _choice: u32,
  index: u32,
): void {
  maxPoolNumbers(model, arena, index);
}

export function windowSums(
  model: usize,
  arena: usize,
  _scratch: usize,
  _: usize,
  _choice: u32,
  index: u32,
): void {
  sumPool(model, arena, index);
}

/** Returns the index of the largest of int32 values, and of equal ones the first. */
export function argmax(values: usize, count: u32): u32 {
  let best: u32 = 0;
  for (let index: u32 = 1; index < count; index++) {
    if (load<i32>(values + (index << 2)) > load<i32>(values + (best << 2))) best = index;
  }
  return best;
}

/** Returns the end of the parts' own data, at most ENGINE_STATIC_BYTES. */
export function staticEnd(): usize {
  return __heap_base;
}
