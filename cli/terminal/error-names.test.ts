import * as compile from '@bd-edge/compile';
import * as host from '@bd-edge/host';
import * as onnx from '@bd-edge/import';
import * as sdk from '@bd-edge/sdk';
import { BdEdgeError } from '@bd-edge/sdk/internal';
import * as worker from '@bd-edge/sdk/worker';
import * as trainer from '@bd-edge/trainer';
import { expect, test } from 'vitest';

/** Can be called, read and converted in every way that a constructor uses its arguments. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'length' ? 0 : anything),
  apply: () => anything,
  getPrototypeOf: () => Uint8Array.prototype,
});

type ErrorClass = new (...values: unknown[]) => Error;

// Bundlers shorten the names of classes, so each class sets the name of its errors.
test.each(Object.entries({ sdk, worker, compile, onnx, host, trainer }))(
  'errors of %s have the name of their class or of a class that it extends',
  (_, entry) => {
    const classes = Object.entries(entry).filter(([, value]) => value?.prototype instanceof BdEdgeError);
    expect(classes.length).toBeGreaterThan(0);
    for (const [, Class] of classes) {
      const shortened = class extends (Class as ErrorClass) {};
      const { name } = new shortened(anything, anything, anything, anything);
      const ancestors: string[] = [];
      for (let of = Class; of.prototype instanceof BdEdgeError; of = Object.getPrototypeOf(of))
        ancestors.push(of.name);
      expect(ancestors).toContain(name);
    }
  },
);
