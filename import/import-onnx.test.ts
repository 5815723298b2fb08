import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureAgreement } from './agreement.js';
import { importOnnx } from './import-onnx.js';
import { randomImages } from './random-images.js';
import { type Dialect, randomNetwork } from './testing/random-network.js';

test.each<Dialect>(['qonnx', 'qcdq', 'plain'])(
  'random networks in the dialect %s keep every activation',
  async (dialect) => {
    let imports = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const imported = importOnnx(randomNetwork(seed, dialect), { zeroPadding: 'int16' });
        imports++;
        const images = randomImages(4, imported.model.input, seed);
        expect(await measureAgreement(imported, images)).toMatchObject({
          ...{ images: 4, activationsDiffering: 0, classesDiffering: 0 },
        });
      }),
      { numRuns: 100 },
    );
    expect(imports).toBeGreaterThanOrEqual(100);
  },
);
