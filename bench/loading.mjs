/** Measures the time and memory of `load` in a runtime that has compiled the engine. */
import { load, memoryRequirement, parseModel } from '@bd-edge/sdk';
import { timeOf } from './measure.mjs';
import { median, significant } from './statistics.mjs';

const TIMES = 5;

/** @returns milliseconds of processor time (median), and bytes of the file and of the engine's memory */
export async function loading(name, bytes) {
  const samples = [];
  for (let i = 0; i < TIMES; i++) samples.push(await timeOf(() => load(bytes, { build: 'simd' }), 1));
  return {
    shape: name,
    ms: significant(median(samples)),
    fileBytes: bytes.length,
    memoryBytes: memoryRequirement(parseModel(bytes), 'simd'),
  };
}
