/** Floors of speed that do not depend on this machine: the kernels that run each op, and ticks of an emulated board. */
import { readFileSync } from 'node:fs';
import { connectBoard } from '@bd-edge/host';
import { EMULATED_BOARDS, transportPair } from '@bd-edge/host/internal';
import { kernelOf, parseModel } from '@bd-edge/sdk/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBoard } from '../firmware/tools/boards.mjs';
import { buildBoard } from '../firmware/tools/build-board.mjs';
import { findGcc } from '../firmware/tools/toolchain.mjs';

const read = (path: string) => new Uint8Array(readFileSync(new URL(`../models/${path}`, import.meta.url)));

test.each([
  ['mnist-8k', 'planes table sparse sparse pairs'],
  ['fashion-16k', 'planes table sparse sparse pairs'],
  ['cifar10-122k', 'planes table table table sparse sparse pairs'],
])('%s runs on its fast kernels', (name, kernels) => {
  const model = parseModel(read(`${name}/model.bdm`));
  expect(model.ops.map((_, op) => kernelOf(model, op, 'simd').name).join(' ')).toBe(kernels);
});

const gcc = findGcc();
describe.skipIf(gcc === undefined && process.env.CI !== 'true')('on the emulated Pico', () => {
  let firmware: string;
  beforeAll(async () => {
    if (!gcc) throw new Error('The floors are those of arm-none-eabi-gcc; run `npm run setup:boards`.');
    const folder = 'build/firmware/floors-pico';
    await buildBoard({ board: findBoard('pico'), toolchain: gcc, folder });
    firmware = `${folder}/firmware.bin`;
  }, 120_000);

  test.each([
    ['mnist-8k', 14_400_000],
    ['fashion-16k', 17_400_000],
  ])(
    '%s takes at most %i ticks',
    async (name, limit) => {
      const board = await EMULATED_BOARDS.pico.start({ firmware });
      const [here, there] = transportPair('pico');
      board.attach(there);
      const connected = await connectBoard(here);
      try {
        await connected.deploy(read(`${name}/model.bdm`));
        const { samples } = JSON.parse(new TextDecoder().decode(read(`${name}/samples.json`)));
        const report = await connected.check([Buffer.from(samples[0].image, 'base64')]);
        expect(report).toMatchObject({ logitMismatches: 0, path: 'native kernels' });
        expect(report.ticks?.median).toBeLessThan(limit);
      } finally {
        await connected.close();
        await board.close();
      }
    },
    120_000,
  );
});
