/** Reading, reducing and writing modules, compared with WebAssembly itself. */

import { FileError } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { COMPILED_BUILDS } from '../builds.js';
import { partsWasm } from '../parts.js';
import { leaveOut, reachable } from './leave-out.js';
import { callsThenResult, constant } from './make-function.js';
import { readModule } from './read-module.js';
import { writeModule } from './write-module.js';

const run = (bytes: Uint8Array<ArrayBuffer>) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

describe.each(COMPILED_BUILDS)('the %s parts', (build) => {
  const bytes = partsWasm(build);

  test('read and written again are valid, with the same functions and hardly larger', () => {
    const module = readModule(bytes);
    const again = writeModule(module, { pages: 1 });
    expect(WebAssembly.validate(again)).toBe(true);
    const names = (wasm: Uint8Array<ArrayBuffer>) =>
      WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
    expect(names(again).toSorted()).toEqual(names(bytes).toSorted());
    // The memory's maximum takes a byte. asc gives the most used of more than 127 globals the lowest, shortest indices.
    expect(again.length).toBeLessThanOrEqual(bytes.length * 1.002);
    expect(writeModule(readModule(again), { pages: 1 })).toEqual(again);
  });

  test('each alone is valid, without the functions that it does not call', () => {
    const { functions } = readModule(bytes);
    for (const [name, part] of functions) {
      const alone = writeModule({ functions: new Map([[name, part]]), segments: [] }, { pages: 1 });
      expect({ name, valid: WebAssembly.validate(alone) }).toEqual({ name, valid: true });
      expect(readModule(alone).functions.size).toBe(1);
      expect(alone.length).toBeLessThan(bytes.length);
    }
  });

  test('damaged at any byte, they are rejected or read', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at] ^= flip;
        for (const hostile of [damaged, bytes.slice(0, at)]) {
          try {
            readModule(hostile);
          } catch (error) {
            expect(error).toBeInstanceOf(FileError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('argmax returns the index of the largest value, the first of equals', () => {
  const { argmax, memory } = run(partsWasm('mvp')) as unknown as {
    argmax(address: number, count: number): number;
    memory: WebAssembly.Memory;
  };
  fc.assert(
    fc.property(fc.int32Array({ minLength: 1, maxLength: 30, min: -3, max: 3 }), (values) => {
      new Int32Array(memory.buffer).set(values, 64);
      expect(argmax(256, values.length)).toBe(values.indexOf(Math.max(...values)));
    }),
  );
});

test('a call of a removed function traps', () => {
  const two = constant(2);
  const bad = constant(3);
  const functions = new Map([
    ['good', callsThenResult([], { target: two, arguments: [] })],
    ['calls', callsThenResult([], { target: bad, arguments: [1, 2] })],
  ]);
  leaveOut(new Set([bad]), functions.values());
  expect(reachable(functions.values()).has(bad)).toBe(false);
  const { good, calls } = run(writeModule({ functions, segments: [] }, { pages: 1 })) as Record<
    string,
    () => number
  >;
  expect(good()).toBe(2);
  expect(calls).toThrow(WebAssembly.RuntimeError);
});

test('a module with unknown sections is rejected', () => {
  const preamble = [0, 97, 115, 109, 1, 0, 0, 0];
  const imports = [2, 7, 1, 1, 97, 1, 98, 0, 0];
  for (const bytes of [Uint8Array.of(...preamble, ...imports), new Uint8Array(8)])
    expect(codeOf(() => readModule(bytes))).toBe('invalid-engine-parts');
});
