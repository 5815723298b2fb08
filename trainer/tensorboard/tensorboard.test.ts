import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EpochLog } from '../training/training-log.js';
import { crc32c } from './crc32c.js';
import { fileVersionEvent, scalarsEvent } from './event.js';
import { EventFile } from './event-file.js';
import { tfRecord } from './record.js';
import { readEvents } from './testing.js';

it('has the CRCs of RFC 3720', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(ascending)).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

it('writes the same bytes as TensorFlow', () => {
  // protoc --encode: a double, an int64 of two bytes, and a summary with one value.
  expect(Buffer.from(scalarsEvent(1.5, 300, { a: 0.5 })).toString('hex')).toBe(
    '09000000000000f83f' + '10ac02' + '2a0a' + '0a08' + '0a0161' + '150000003f',
  );
  expect(Buffer.from(tfRecord(new Uint8Array(0))).toString('hex')).toMatch(/^0{16}29039807/);
});

it('is read as it was written', () => {
  const scalars = fc.dictionary(fc.string({ minLength: 1, maxLength: 300 }), fc.float({ noNaN: true }), {
    maxKeys: 4,
  });
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.maxSafeNat(), scalars, (wallTime, step, scalars) => {
      const file = Buffer.concat([
        tfRecord(fileVersionEvent(3)),
        tfRecord(scalarsEvent(wallTime, step, scalars)),
      ]);
      const [version, event] = readEvents(file);
      expect(version).toEqual({ wallTime: 3, step: 0, version: 'brain.Event:2', scalars: {} });
      expect(event).toEqual({ wallTime, step, scalars: { ...scalars } });
    }),
    { examples: [[0, 0, JSON.parse('{"__proto__": 0}')]] },
  );
});

it('has every epoch of a log once, also after a resumption', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bd-edge-events-'));
  const path = join(folder, 'coupled', 'events.tfevents');
  const log: EpochLog[] = [1, 2, 3].map((epoch) => ({
    ...{
      epoch,
      step: 10 * epoch,
      learningRate: 0.5,
      loss: 1 / epoch,
      accuracy: 0.25,
      validationAccuracy: 0.75,
    },
    ...{ flipRatio: { conv2: 0.125 }, seconds: 10 * epoch },
  }));
  const first = new EventFile(path);
  await first.write(log.slice(0, 1), 1000);
  await first.write(log.slice(0, 2), 1010);
  const resumed = new EventFile(path);
  await resumed.write(log.slice(0, 2), 5000);
  await resumed.write(log, 5010);
  const [version, ...events] = readEvents(await readFile(path));
  expect(version.version).toBe('brain.Event:2');
  expect(events.map(({ step, wallTime }) => [step, wallTime])).toEqual([
    [1, 4990],
    [2, 5000],
    [3, 5010],
  ]);
  expect(events[1].scalars).toEqual({
    'loss/training': 0.5,
    'accuracy/training': 0.25,
    'accuracy/validation': 0.75,
    learning_rate: 0.5,
    'flip_ratio/conv2': 0.125,
  });
  await rm(folder, { recursive: true });
});

it('has printable names of layers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bd-edge-events-'));
  const path = join(folder, 'events.tfevents');
  await new EventFile(path).write([
    {
      ...{
        epoch: 1,
        step: 1,
        learningRate: 0.1,
        loss: 1,
        accuracy: 0.5,
        validationAccuracy: 0.5,
        seconds: 1,
      },
      flipRatio: { 'a\u202eb\n\u001b[2J': 0.25 },
    },
  ]);
  const [, event] = readEvents(await readFile(path));
  expect(Object.keys(event.scalars)).toContain('flip_ratio/a\ufffdb\ufffd\ufffd[2J');
  await rm(folder, { recursive: true });
});
