import { expect, test } from 'vitest';
import { digestOf } from '../link/digest.js';
import {
  ERROR_DIGEST_MISMATCH,
  ERROR_MALFORMED,
  ERROR_NO_UPLOAD,
  ERROR_TOO_LARGE,
  SLOT_MODEL,
} from '../link/protocol.js';
import { temporaryDirectory } from '../testing/socat.js';
import { DirectoryStorage } from './directory-storage.js';
import { MemoryStorage, type Storage } from './storage.js';
import { Store } from './store.js';

const CAPACITY = 1000;
const SLOT = SLOT_MODEL;
const bytesOf = (seed: number, length = 100) => Uint8Array.from({ length }, (_, i) => seed * 31 + i);
const [a, b, c] = [bytesOf(1), bytesOf(2), bytesOf(3)];
const noEngine = new Uint8Array(32);

const put = (store: Store, bytes: Uint8Array) => store.begin(SLOT, bytes.length, digestOf(bytes));
const activate = (store: Store, bytes: Uint8Array) =>
  store.setActive({ engineDigest: noEngine, modelDigest: digestOf(bytes) });
const fault = (code: number) => expect.objectContaining({ code });

function upload(store: Store, bytes: Uint8Array): void {
  expect(put(store, bytes)).toBe(0);
  expect(store.append(SLOT, 0, bytes)).toBe(bytes.length);
}

test.each<[string, () => Storage]>([
  ['memory', () => new MemoryStorage()],
  ['a directory', () => new DirectoryStorage(temporaryDirectory())],
])('uploads in %s outlive a reset, wherever it comes', (_, makeStorage) => {
  const storage = makeStorage();
  let store = new Store(storage, CAPACITY);
  const reset = () => {
    store = new Store(storage, CAPACITY);
  };
  expect(store.active).toBeUndefined();
  expect(put(store, a)).toBe(0);
  reset();
  expect(store.append(SLOT, 0, a.subarray(0, 60))).toBe(60);
  reset();
  expect(store.find(SLOT, digestOf(a))).toBeUndefined();
  expect(put(store, a)).toBe(60);
  expect(store.append(SLOT, 60, a.subarray(60))).toBe(100);
  reset();
  expect(put(store, a)).toBe(100);
  expect(store.find(SLOT, digestOf(a))).toEqual(a);
  activate(store, a);
  reset();
  expect(store.active?.modelDigest).toEqual(digestOf(a));
  expect(store.find(SLOT, digestOf(a))).toEqual(a);
});

test('ignores bytes at an unexpected offset', () => {
  const store = new Store(new MemoryStorage(), CAPACITY);
  put(store, a);
  expect(store.append(SLOT, 10, a.subarray(10, 20))).toBe(0);
  expect(store.append(SLOT, 0, a.subarray(0, 20))).toBe(20);
  expect(store.append(SLOT, 0, a.subarray(0, 20))).toBe(20);
  expect(store.append(SLOT, 50, a.subarray(50))).toBe(20);
  expect(store.append(SLOT, 20, new Uint8Array())).toBe(20);
  expect(store.append(SLOT, 20, a.subarray(20))).toBe(100);
  expect(store.append(SLOT, 20, a.subarray(20))).toBe(100);
  expect(store.find(SLOT, digestOf(a))).toEqual(a);
});

test('an upload never overwrites the active bytes', () => {
  const store = new Store(new MemoryStorage(), CAPACITY);
  upload(store, a);
  activate(store, a);
  upload(store, b);
  expect(store.find(SLOT, digestOf(a))).toEqual(a);
  // Another one takes the place of the one that was not activated.
  upload(store, c);
  expect(store.find(SLOT, digestOf(a))).toEqual(a);
  expect(store.find(SLOT, digestOf(b))).toBeUndefined();
  activate(store, c);
  upload(store, b);
  expect(store.find(SLOT, digestOf(c))).toEqual(c);
  expect(store.find(SLOT, digestOf(a))).toBeUndefined();
});

test('a wrong digest restarts the upload', () => {
  const store = new Store(new MemoryStorage(), CAPACITY);
  store.begin(SLOT, 100, digestOf(a));
  expect(() => store.append(SLOT, 0, b)).toThrow(fault(ERROR_DIGEST_MISMATCH));
  expect(() => store.append(SLOT, 0, a)).toThrow(fault(ERROR_NO_UPLOAD));
  upload(store, a);
});

test('rejects an upload that is too large', () => {
  const store = new Store(new MemoryStorage(), CAPACITY);
  expect(() => store.begin(SLOT, CAPACITY + 1, digestOf(a))).toThrow(fault(ERROR_TOO_LARGE));
  expect(() => store.append(SLOT, 0, a)).toThrow(fault(ERROR_NO_UPLOAD));
  put(store, a);
  expect(() => store.append(SLOT, 0, bytesOf(1, 101))).toThrow(fault(ERROR_MALFORMED));
  expect(put(store, a)).toBe(0);
});

test('does not accept damaged bytes in storage as an upload', () => {
  const storage = new MemoryStorage();
  const store = new Store(storage, CAPACITY);
  upload(store, a);
  storage.write('model-0', bytesOf(9));
  expect(put(new Store(storage, CAPACITY), a)).toBe(0);
});
