/** Reading, leaving out and writing modules, against WebAssembly itself. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPILED_BUILDS } from '../builds.js';
import { partsWasm } from '../parts.js';
import { LinkError } from './errors.js';
import { leaveOut, reachable } from './leave-out.js';
import { callsThenResult, constant } from './make-function.js';
import { readModule } from './read-module.js';
import { writeModule } from './write-module.js';

const run = (bytes: Uint8Array<ArrayBuffer>) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

describe.each(COMPILED_BUILDS)('the %s parts', (build) => {
  const bytes = partsWasm(build);

  test('taken apart and put together again are valid, with the same functions, and hardly larger', () => {
    const module = readModule(bytes);
    const again = writeModule(module, { pages: 1 });
    expect(WebAssembly.validate(again)).toBe(true);
    const names = (wasm: Uint8Array<ArrayBuffer>) =>
      WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
    expect(names(again).toSorted()).toEqual(names(bytes).toSorted());
    // The memory's maximum is a byte; and of more than 127 globals, asc numbers those lowest that are used most, which
    // saves it bytes.
    expect(again.length).toBeLessThanOrEqual(bytes.length * 1.002);
    expect(writeModule(readModule(again), { pages: 1 })).toEqual(again);
  });

  test('any one of them alone is valid, and what it does not call is gone', () => {
    const { functions } = readModule(bytes);
    for (const [name, part] of functions) {
      const alone = writeModule({ functions: new Map([[name, part]]), segments: [] }, { pages: 1 });
      expect({ name, valid: WebAssembly.validate(alone) }).toEqual({ name, valid: true });
      expect(readModule(alone).functions.size).toBe(1);
      expect(alone.length).toBeLessThan(bytes.length);
    }
  });

  test('damaged anywhere, they are refused or read, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at] ^= flip;
        for (const hostile of [damaged, bytes.slice(0, at)]) {
          try {
            readModule(hostile);
          } catch (error) {
            expect(error).toBeInstanceOf(LinkError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('argmax is the index of the largest, the first of equals', () => {
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

test('a call that was left out traps, whatever stands around it', () => {
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

test('a module with what the parts never have is refused by name', () => {
  const preamble = [0, 97, 115, 109, 1, 0, 0, 0];
  const imports = [2, 7, 1, 1, 97, 1, 98, 0, 0];
  expect(() => readModule(Uint8Array.of(...preamble, ...imports))).toThrow('section 2');
  expect(() => readModule(new Uint8Array(8))).toThrow('not WebAssembly');
});
