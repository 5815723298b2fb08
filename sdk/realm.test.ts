import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { mnistGraph } from '../bench/networks.mjs';
import { compileEngine } from './engine/compile.js';
import { load } from './engine/network.js';
import { encodeModel } from './format/encode.js';
import { preprocess } from './preprocess/preprocessor.js';
import { decodeUtf8Plainly, isBuffer, isByteArray, messageOf } from './realm.js';
import { readBytes, type Source } from './source.js';
import { rejection } from './testing/throws.js';
import { sendableError } from './worker/messages.js';

afterEach(() => vi.unstubAllGlobals());

/** Another realm: its classes have the same names as those here, and none is one of those here. */
const realm = createContext({});
const foreign = (code: string) => runInContext(code, realm);
const graph = { ...mnistGraph(), metadata: undefined };
const model = encodeModel(graph as never);
const SIZE = 28 * 28;

describe('values of another realm', () => {
  test.each(['Uint8Array', 'Uint8ClampedArray'])(
    '%s: run and preprocess take the same bytes',
    async (type) => {
      const bytes = foreign(`${type}.from({ length: ${SIZE} }, (_, i) => i % 256)`);
      expect(bytes instanceof Uint8Array).toBe(false);
      const network = await load(model, { build: 'mvp' });
      const prepared = preprocess({ width: 28, height: 28, data: bytes }, { to: network.input });
      expect([...prepared]).toEqual([...bytes]);
      expect(network.run(bytes)).toEqual(network.run(prepared));
      expect(network.classify({ width: 28, height: 28, data: bytes })).toHaveLength(10);
    },
  );

  test('a Buffer of Node is bytes as well', async () => {
    const network = await load(Buffer.from(model), { build: 'mvp' });
    expect(() => network.run(Buffer.alloc(SIZE))).not.toThrow();
    const data = Buffer.alloc(SIZE, 7);
    expect([...preprocess({ width: 28, height: 28, data }, { to: network.input })]).toEqual([...data]);
  });

  test.each<[string, string]>([
    ['a buffer', 'Uint8Array.of(1, 2, 3).buffer'],
    ['a part of a buffer', 'Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)'],
    ['a DataView', 'new DataView(Uint8Array.of(1, 2, 3).buffer)'],
    ['a promise of bytes', 'Promise.resolve(Uint8Array.of(1, 2, 3))'],
  ])('%s is a source', async (_, code) => {
    expect([...(await readBytes(foreign(code), 'model'))]).toEqual([1, 2, 3]);
  });

  test('a module, also in the place of an engine', async () => {
    const wasm = readFileSync(new URL('./builds/mvp.wasm', import.meta.url));
    Object.assign(realm, { wasm });
    const module = foreign('new WebAssembly.Module(wasm)');
    expect(module instanceof WebAssembly.Module).toBe(false);
    expect(await compileEngine(module)).toBe(module);
  });

  test('errors keep their message', () => {
    const error = foreign("Object.assign(new TypeError('other realm'), { code: 5 })");
    expect(error instanceof Error).toBe(false);
    expect(messageOf(error)).toBe('other realm');
    expect(sendableError(error)).toEqual({ name: 'TypeError', message: 'other realm', code: 5 });
    expect([messageOf('text'), messageOf(undefined), messageOf({ message: 5 })]).toEqual([
      'text',
      'undefined',
      '[object Object]',
    ]);
  });

  test('a reason without a message is still a FileError', async () => {
    const rejected = foreign("Promise.reject(new Error('the line is down'))");
    expect((await rejection(readBytes(rejected, 'model'))).message).toContain('the line is down');
  });

  test('others are still rejected', () => {
    for (const code of [
      'new Float32Array(4)',
      'new Int8Array(4)',
      '[1, 2]',
      'new DataView(new ArrayBuffer(4))',
    ])
      expect(isByteArray(foreign(code)), code).toBe(false);
    for (const code of ['new Uint8Array(4)', '({})', 'null'])
      expect(isBuffer(foreign(code)), code).toBe(false);
  });
});

describe('globals that a test environment may lack', () => {
  const ABSENT = [
    'Response',
    'Blob',
    'File',
    'FileReader',
    'fetch',
    'TextEncoder',
    'structuredClone',
    'performance',
  ];
  test('bytes and files need none of them', async () => {
    for (const name of ABSENT) vi.stubGlobal(name, undefined);
    const network = await load(model);
    expect(network.run(new Uint8Array(SIZE)).logits).toHaveLength(10);
    const file = new URL('../playground/models/mnist.bdm', import.meta.url);
    expect((await readBytes(file, 'model')).length).toBe(readFileSync(file).length);
    expect((await readBytes(file.href, 'model')).length).toBe(readFileSync(file).length);
  });

  test('a web address requires fetch, and the error names it', async () => {
    vi.stubGlobal('fetch', undefined);
    const error = await rejection(readBytes('https://host/model.bdm', 'model'));
    expect(error).toMatchObject({ code: 'unreadable', path: 'https://host/model.bdm' });
    expect(error.message).toContain('this runtime has no fetch');
  });

  test('a URL of another implementation', async () => {
    class OtherUrl {
      constructor(readonly href: string) {}
      toString() {
        return this.href;
      }
    }
    const file = new URL('../playground/models/mnist.bdm', import.meta.url).href;
    vi.stubGlobal('URL', OtherUrl);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Invalid URL')));
    expect((await readBytes(new OtherUrl(file) as unknown as URL, 'model')).length).toBeGreaterThan(1000);
    const error = await rejection(readBytes('model.bdm', 'model'));
    expect(error.message).toContain("pass new URL('model.bdm', import.meta.url)");
  });

  test('a Blob that only a FileReader reads', async () => {
    vi.stubGlobal(
      'FileReader',
      class {
        result?: ArrayBuffer;
        onload?: () => void;
        readAsArrayBuffer() {
          this.result = Uint8Array.of(1, 2, 3).buffer;
          this.onload?.();
        }
      },
    );
    const blob = { [Symbol.toStringTag]: 'Blob' } as unknown as Source;
    expect([...(await readBytes(blob, 'model'))]).toEqual([1, 2, 3]);
  });

  test('without WebAssembly, load says so', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    for (const attempt of [load(model), load(model, { build: 'mvp' }), load(model, { engine: model })])
      expect(await rejection(attempt)).toMatchObject({ name: 'EngineError', code: 'no-wasm' });
  });
});

describe('UTF-8', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  test('is decoded as by TextDecoder, and what it rejects is rejected', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
          fc.uint8Array({ maxLength: 12 }),
          fc
            .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xef, 0xf0, 0xf4, 0x90))
            .map((of) => Uint8Array.from(of)),
        ),
        (bytes) => {
          let expected: string | undefined;
          try {
            expected = decoder.decode(bytes);
          } catch {}
          if (expected === undefined) expect(() => decodeUtf8Plainly(bytes)).toThrow();
          else expect(decodeUtf8Plainly(bytes)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
