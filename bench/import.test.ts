/** Imported networks against ONNX Runtime, which is installed with the peers in bench/ (npm ci in this folder). */
import { createRequire } from 'node:module';
import { importOnnx } from '@bd-edge/import';
import { randomImages } from '@bd-edge/import/internal';
import { argmax, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { randomNetwork } from '../import/testing/random-network.js';

/** What is used of ONNX Runtime, which is not installed everywhere. */
interface Ort {
  InferenceSession: {
    create(model: Uint8Array): Promise<{
      outputNames: readonly string[];
      run(feeds: Record<string, unknown>): Promise<Record<string, { data: unknown }>>;
    }>;
  };
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => unknown;
}

const ort = installed();
if (!ort) console.warn('Imports are not compared with ONNX Runtime; `npm ci` in bench/ installs it.');

function installed(): Ort | undefined {
  try {
    return createRequire(import.meta.url)('onnxruntime-node');
  } catch {
    return undefined;
  }
}

/** Logits that are nearer than this part of a step are equal: float32 rounds. */
const TOLERANCE = 1e-3;
const NETWORKS = 40;
const IMAGES = 4;

test.skipIf(!ort).each(['qcdq', 'plain'] as const)(
  'random networks in the dialect %s have the logits of ONNX Runtime',
  async (dialect) => {
    const { InferenceSession, Tensor } = ort as Ort;
    let differing = 0;
    for (let seed = 1; seed <= NETWORKS; seed++) {
      const onnx = randomNetwork(seed, dialect);
      const { bytes, constant, roundedLogits } = importOnnx(onnx, { zeroPadding: 'int16' });
      const model = parseModel(bytes);
      const { height, width, channels } = model.input;
      const session = await InferenceSession.create(onnx);
      const images = randomImages(IMAGES, model.input, seed);
      const size = height * width * channels;
      for (let image = 0; image < IMAGES; image++) {
        const pixels = images.subarray(image * size, (image + 1) * size);
        const input = new Float32Array(size);
        for (let i = 0; i < size; i++)
          input[(i % channels) * height * width + Math.floor(i / channels)] = pixels[i] / 255;
        const feeds = { image: new Tensor('float32', input, [1, channels, height, width]) };
        const [output] = Object.values(await session.run(feeds));
        const expected = Array.from(output.data as Float32Array);
        const integers = referenceLogits(model, pixels);
        // Softmax keeps the order only.
        const isSoftmax = session.outputNames[0].startsWith('Softmax');
        const differs =
          isSoftmax || roundedLogits
            ? expected[argmax(integers)] < Math.max(...expected) * (1 - TOLERANCE)
            : expected.some((logit, i) => {
                const steps = (logit - constant) / model.outputScale;
                return Math.abs(steps - integers[i]) > TOLERANCE * Math.max(1, Math.abs(steps));
              });
        if (differs) differing++;
      }
    }
    // A sum that is exactly on a threshold is rounded to either side by float32; these seeds have none.
    expect(differing).toBe(0);
  },
);
