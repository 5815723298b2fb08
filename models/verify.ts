/** Compares a model of this folder with its card. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  argmax,
  load,
  memoryRequirement,
  memoryWithoutWeights,
  parseModel,
  referenceLogits,
} from '@bd-edge/sdk/internal';
import { type ImageSet, loadDataset, UsageError } from '@bd-edge/trainer';

export interface Card {
  name: string;
  sha256: string;
  data: { name: string; license: string };
  accuracy: { value: number; interval: [number, number]; correct: number; images: number };
  sizes: {
    fileBytes: number;
    weightBytes: number;
    arenaBytes: number;
    boardBytes: number;
    boardBytesWithoutWeights: number;
  };
  commands: string[];
}

export interface Verification {
  card: Card;
  sha256: string;
  sizes: Card['sizes'];
  /** The logits of each sample. */
  stored: number[][];
  reference: number[][];
  wasm: number[][];
}

export async function verifySamples(folder: string): Promise<Verification> {
  const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const bytes = await readFile(join(folder, 'model.bdm'));
  const { samples } = (await json('samples.json')) as { samples: { image: string; logits: number[] }[] };
  const model = parseModel(bytes);
  const network = await load(bytes);
  const images = samples.map(({ image }) => new Uint8Array(Buffer.from(image, 'base64')));
  return {
    card: await json('card.json'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizes: {
      fileBytes: bytes.length,
      weightBytes: model.weightBytes,
      arenaBytes: model.arenaBytes,
      boardBytes: memoryRequirement(model),
      boardBytesWithoutWeights: memoryWithoutWeights(model),
    },
    stored: samples.map(({ logits }) => logits),
    reference: images.map((image) => Array.from(referenceLogits(model, image))),
    wasm: images.map((image) => Array.from(network.run(image).logits)),
  };
}

/** Counts the test images that the engine classifies correctly; undefined if the data is not installed. */
export async function countCorrect(folder: string, data: string): Promise<number | undefined> {
  const { test } = await loadDataset(data).catch((error) => {
    if (error instanceof UsageError && ['dataset-not-found', 'unknown-dataset'].includes(error.code))
      return { test: undefined };
    throw error;
  });
  if (!test) return undefined;
  const network = await load(await readFile(join(folder, 'model.bdm')));
  const size = test.height * test.width * test.channels;
  const { images, labels, count }: ImageSet = test;
  let correct = 0;
  for (let i = 0; i < count; i++)
    if (argmax(network.run(images.subarray(i * size, (i + 1) * size)).logits) === labels[i]) correct++;
  return correct;
}
