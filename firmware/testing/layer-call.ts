import { execFileSync } from 'node:child_process';
import type { Transport } from '@bd-edge/host/internal';
import { encodeModel, parseModel, referenceRun } from '@bd-edge/sdk/internal';
// @ts-expect-error a script has no types
import * as calls from '../tools/layer-call.mjs';
import type { BinaryLayer } from './binary-graph.js';
import { buildKernelProgram, testSource } from './compiler.js';

export interface LayerCall {
  op: Record<string, number>;
  parameters: Uint8Array;
  outputBytes: number;
  leastScratch: number;
}

export const boardMessage = calls.boardMessage as (call: LayerCall, scratch: number) => Uint8Array;
const hostMessage = calls.hostMessage as (call: LayerCall, scratch: number) => Uint8Array;
const layerCall = calls.layerCall as (...values: unknown[]) => LayerCall;

/** Returns the call of a graph's op, and the output of the reference. */
export function callOf({ graph, index, image }: BinaryLayer): { call: LayerCall; expected: Uint8Array } {
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  const { layers } = referenceRun(model, image);
  const op = model.ops[index];
  const tensor = (number: number) => (number === 0 ? image : layers[number - 1]);
  const addend = 'epilogue' in op && op.epilogue.kind === 'fixed-point' ? op.epilogue.addend : 0;
  return {
    call: layerCall(bytes, model, index, tensor(op.input), addend > 0 ? tensor(addend) : undefined),
    expected: layers[index],
  };
}

/** Builds a program that runs an op on this machine, with sanitizers. @returns its path */
export const buildHere = () => buildKernelProgram(testSource('run-layer.c'));

/** Runs an op on this machine. @returns its output */
export function runHere(program: string, call: LayerCall, scratch: number): Uint8Array {
  return new Uint8Array(execFileSync(program, { input: hostMessage(call, scratch), maxBuffer: 1 << 26 }));
}

/** Sends a message to firmware/bench/one-layer.c. Returns the checksum of the output, and the bytes of stack in use. */
export async function runThere(
  line: Transport,
  message: Uint8Array,
): Promise<{ checksum: number; stackBytes: number }> {
  let text = '';
  let look = () => {};
  line.onData((bytes) => {
    text += new TextDecoder().decode(bytes);
    look();
  });
  await line.write(message);
  const [, checksum, stackBytes] = await new Promise<RegExpMatchArray>((resolve) => {
    look = () => {
      const found = /\d+\n(\d+)\n(\d+)\n/.exec(text);
      if (found) resolve(found);
    };
    look();
  });
  return { checksum: Number(checksum), stackBytes: Number(stackBytes) };
}
