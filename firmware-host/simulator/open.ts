import { invalidPort } from '../transports/port-errors.js';
import type { Transport } from '../transports/transport.js';
import { DirectoryStorage } from './directory-storage.js';
import { SimulatedBoard, type SimulatedBoardOptions } from './simulated-board.js';

/**
 * Starts a simulated board in this program and returns the transport to it. Closing the transport stops the board.
 *
 * | option | meaning |
 * | --- | --- |
 * | `ram` | bytes for the engine's memory; default 262144 |
 * | `bank` | bytes of the largest upload; default 1048576 |
 * | `baud` | baud rate, ten bits per byte; default no limit |
 * | `payload` | bytes of the longest payload; default 1024 |
 * | `window` | maximum number of requests without a reply; default 8 |
 * | `store` | a directory that keeps uploads; default none |
 *
 * @param name `sim:` or `sim:?ram=131072&baud=115200`
 * @throws {UsageError} `invalid-port` if an option is unknown or out of its range
 */
export async function openSimulator(name: string): Promise<Transport> {
  const { store, ...options } = parseSimulatorName(name);
  const storage = store === undefined ? undefined : new DirectoryStorage(store);
  try {
    const board = new SimulatedBoard({ ...options, ...(storage && { storage }) });
    const transport = board.connect(name);
    void transport.closed.then(() => board.close());
    return transport;
  } catch (error) {
    if (error instanceof RangeError) throw invalidPort(name, `${name} is not valid: ${error.message}`);
    throw error;
  }
}

const NUMBERS = {
  ram: 'ramBytes',
  bank: 'bankBytes',
  payload: 'maxPayload',
  window: 'windowFrames',
} as const;

function parseSimulatorName(name: string): SimulatedBoardOptions & { store?: string } {
  const query = /^sim:(?:\?(.*))?$/.exec(name);
  if (!query) throw invalidPort(name, `${name} is not a simulator; use sim: or sim:?ram=131072.`);
  const options: SimulatedBoardOptions & { store?: string } = {};
  for (const [key, value] of new URLSearchParams(query[1])) {
    if (Object.hasOwn(NUMBERS, key)) options[NUMBERS[key as keyof typeof NUMBERS]] = number(name, key, value);
    else if (key === 'baud') options.bytesPerSecond = Math.ceil(number(name, key, value) / 10);
    else if (key === 'store' && value !== '') options.store = value;
    else {
      const known = [...Object.keys(NUMBERS), 'baud', 'store'].join(', ');
      throw invalidPort(name, `The simulator has no option ${key}; use ${known}.`);
    }
  }
  return options;
}

function number(name: string, key: string, value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw invalidPort(name, `The simulator's option ${key} must be a whole number; received "${value}".`);
}
