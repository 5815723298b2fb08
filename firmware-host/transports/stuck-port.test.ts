import { EventEmitter } from 'node:events';
import type { SerialPort } from 'serialport';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeSerialPort } from '../testing/fake-serial-port.js';
import { transportPair } from './pair.js';
import { SerialTransport } from './serial.js';
import { openWebSerial } from './web-serial.js';
import { settlesWithin } from './within.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Step = 'drain' | 'flush' | 'close';

/** A port whose steps in `stuck` never end. */
class StuckPort extends EventEmitter {
  isOpen = true;
  closing = false;
  readonly steps: Step[] = [];
  constructor(private readonly stuck: Step[]) {
    super();
  }
  drain(done: () => void) {
    this.step('drain', done);
  }
  flush(done: () => void) {
    this.step('flush', done);
  }
  close(done: () => void) {
    this.closing = true;
    this.step('close', () => {
      this.isOpen = false;
      this.emit('close');
      done();
    });
  }
  private step(name: Step, done: () => void) {
    this.steps.push(name);
    if (!this.stuck.includes(name)) setImmediate(done);
  }
}

/** Closes a port twice. @returns the steps, and the time that it took */
async function closed(stuck: Step[]): Promise<{ steps: Step[]; ms: number }> {
  const port = new StuckPort(stuck);
  const transport = new SerialTransport('/dev/stuck', port as unknown as SerialPort, false);
  const start = Date.now();
  const both = Promise.all([transport.close(), transport.close()]);
  await vi.runAllTimersAsync();
  await both;
  expect(await transport.closed).toBeUndefined();
  return { steps: port.steps, ms: Date.now() - start };
}

test.each<[Step[], Step[], number]>([
  [[], ['drain', 'close'], 0],
  [['drain'], ['drain', 'flush', 'close'], 500],
  [['drain', 'flush'], ['drain', 'flush', 'close'], 1000],
  [['close'], ['drain', 'close'], 500],
  [['drain', 'flush', 'close'], ['drain', 'flush', 'close'], 1500],
])('a port that is stuck in %j is closed by %j', async (stuck, steps, ms) => {
  const result = await closed(stuck);
  expect(result.steps).toEqual(steps);
  expect(result.ms).toBeGreaterThanOrEqual(ms);
  expect(result.ms).toBeLessThan(ms + 100);
});

test('a port that is lost while it closes is closed', async () => {
  const port = new StuckPort(['drain', 'flush', 'close']);
  const transport = new SerialTransport('/dev/lost', port as unknown as SerialPort, false);
  const done = transport.close();
  port.isOpen = false;
  port.emit('close');
  await vi.runAllTimersAsync();
  await done;
});

test('a port of a browser that never closes', async () => {
  const port = new FakeSerialPort(() => transportPair('fake')[0]);
  const transport = await openWebSerial(port);
  port.close = () => new Promise(() => {});
  const done = transport.close();
  await vi.runAllTimersAsync();
  await done;
});

test('a promise that settles is not waited for any longer', async () => {
  expect(await settlesWithin(Promise.resolve(), 1000)).toBe(true);
  expect(await settlesWithin(Promise.reject(new Error()), 1000)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
