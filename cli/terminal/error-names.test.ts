import { expect, test } from 'vitest';
import * as compile from '../../compile/index.js';
import * as host from '../../firmware-host/index.js';
import { BdEdgeError } from '../../sdk/errors.js';
import * as sdk from '../../sdk/index.js';
import * as worker from '../../sdk/worker/index.js';
import * as trainer from '../../trainer/index.js';

/** Is called, taken apart and written as whatever a constructor does with its arguments. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'length' ? 0 : anything),
  apply: () => anything,
  getPrototypeOf: () => Uint8Array.prototype,
});

const ABSTRACT = ['UsageError', 'FileError', 'DeviceError', 'InterruptedError', 'PortError'];

// Bundlers shorten the names of classes, so that an error has to bring its own.
test.each(Object.entries({ sdk, worker, compile, host, trainer }))(
  'errors of %s name themselves',
  (_, entry) => {
    const classes = Object.entries(entry).filter(([, value]) => value?.prototype instanceof BdEdgeError);
    expect(classes.length).toBeGreaterThan(0);
    for (const [name, Class] of classes) {
      if (ABSTRACT.includes(name)) continue;
      const shortened = class extends (Class as new (...values: unknown[]) => Error) {};
      expect(new shortened(anything, anything, anything, anything).name).toBe(name);
    }
  },
);
