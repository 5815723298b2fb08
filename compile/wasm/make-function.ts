import { type Bytes, s32 } from './bytes.js';
import { type BodyPart, END, type Function, I32, I32_CONST } from './module.js';

const NO_LOCALS = 0;

/** Makes a function without parameters that runs some calls and returns the i32 of the last one. */
export function callsThenResult(calls: readonly ConstantCall[], result: ConstantCall): Function {
  return make([...calls, result].flatMap(instructions), [I32]);
}

/** Makes a function without parameters and results that calls others. */
export function callsOnly(calls: readonly ConstantCall[]): Function {
  return make(calls.flatMap(instructions), []);
}

/** Makes a function without parameters that returns a constant i32. */
export function constant(value: number): Function {
  return make([i32(value)], [I32]);
}

/** A call with constant i32 arguments. */
export interface ConstantCall {
  target: Function;
  arguments: readonly number[];
}

function instructions({ target, arguments: values }: ConstantCall): BodyPart[] {
  return [...values.map(i32), { call: target }];
}

function i32(value: number): Bytes {
  return [I32_CONST, s32(value)];
}

function make(body: BodyPart[], results: number[]): Function {
  return {
    signature: { parameters: new Uint8Array(), results: Uint8Array.from(results) },
    body: [NO_LOCALS, ...body, END],
  };
}
