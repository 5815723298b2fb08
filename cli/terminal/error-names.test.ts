import * as compile from '@bd-edge/compile';
import * as host from '@bd-edge/host';
import * as sdk from '@bd-edge/sdk';
import { BdEdgeError } from '@bd-edge/sdk/internal';
import * as worker from '@bd-edge/sdk/worker';
import * as trainer from '@bd-edge/trainer';
import { expect, test } from 'vitest';

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
