import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { FileError } from './errors.js';
import { readBytes, type Source } from './source.js';
import { rejection } from './testing/throws.js';

const bytes = Uint8Array.of(1, 2, 3);

function file(): URL {
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'name with space.bin');
  writeFileSync(path, bytes);
  return pathToFileURL(path);
}

afterEach(() => vi.unstubAllGlobals());

test.each<[string, () => Source, number[]?]>([
  ['bytes', () => bytes],
  ['a buffer', () => bytes.slice().buffer],
  ['a part of a buffer', () => Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
  ['a DataView', () => new DataView(bytes.slice().buffer)],
  ['a shared buffer', () => new SharedArrayBuffer(3), [0, 0, 0]],
  ['a buffer of another context', () => runInNewContext('Uint8Array.of(1, 2, 3).buffer')],
  ['a file of a page', () => new File([bytes], 'model.bdm')],
  ['a response', () => new Response(bytes)],
  ['a promise of a response', () => Promise.resolve(new Response(bytes))],
  ['the URL of a file', () => file()],
  ['the address of a file', () => file().href],
  ['a data URL', () => 'data:application/octet-stream;base64,AQID'],
])('%s', async (_, source, expected = [1, 2, 3]) => {
  expect([...(await readBytes(source(), 'model'))]).toEqual(expected);
});

test('bytes that are given are not copied', async () => {
  expect((await readBytes(bytes, 'model')).buffer).toBe(bytes.buffer);
});

test('an address goes to fetch unchanged, so that a page resolves it', async () => {
  const fetched = vi.fn(async () => new Response(bytes));
  vi.stubGlobal('fetch', fetched);
  await readBytes('model.bdm', 'model');
  expect(fetched).toHaveBeenCalledWith('model.bdm');
});

test.each<[string, () => Source, string?]>([
  ['no file', () => 'file:///nothing/here.bdm', 'file:///nothing/here.bdm'],
  ['a path in place of an address', () => 'model.bdm', 'model.bdm'],
  ...[undefined, null, 5, {}, [1, 2, 3]].map((other): [string, () => Source] => [
    JSON.stringify(other) ?? 'undefined',
    () => other as unknown as Source,
  ]),
  ['a response of 404', () => new Response('', { status: 404 })],
  ['a network that fails', () => Promise.reject(new TypeError('fetch failed'))],
  ['a reason that is not an error', () => Promise.reject('no')],
])('%s is an error with its address', async (_, source, path) => {
  const error = await rejection(readBytes(source(), 'model'));
  expect(error).toBeInstanceOf(FileError);
  expect(error).toMatchObject({ code: 'unreadable', path });
});

test('a response that was read before is an error', async () => {
  const response = new Response(bytes);
  await response.arrayBuffer();
  expect((await rejection(readBytes(response, 'model'))).code).toBe('unreadable');
});

test.each(['C:\\models\\model.bdm', 'd:/model.bdm', '\\\\server\\model.bdm'])(
  'the advice for %s is not an address that fails again',
  async (path) => {
    const error = await rejection(readBytes(path, 'model'));
    expect(error).toMatchObject({ code: 'unreadable', path });
    expect(error.message).toContain('pathToFileURL');
  },
);
