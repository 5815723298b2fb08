/** The cost model, compared with the emulated boards on models that it was not fitted to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BoardClient,
  deploy,
  type EmulatedBoard,
  engineOf,
  estimateCost,
  MPS2_AN500,
  PicoBoard,
  startQemu,
  transportPair,
} from '@bd-edge/host/internal';
import { InputDensities, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { random } from '../sdk/testing/random-graph.js';
import { buildFirmware, requireQemu, requireToolchain } from './testing/board-firmware.js';

const TOLERANCE = 0.05;

const starts: Record<string, (folder: string) => Promise<EmulatedBoard>> = {
  pico: (folder) => PicoBoard.start(readFileSync(join(folder, 'firmware.bin'))),
  m7: (folder) => startQemu(MPS2_AN500, join(folder, 'firmware.elf')),
};

test.for(Object.keys(starts))('%s: the estimate is within 5 % of the board', async (name, context) => {
  requireToolchain(context);
  if (name !== 'pico') requireQemu(context);
  const folder = temporaryDirectory();
  await buildFirmware({ board: name, folder });
  const board = await starts[name](folder);
  onTestFinished(() => board.close());
  const [here, there] = transportPair(name);
  board.attach(there);
  const client = await BoardClient.connect(here);
  for (const file of ['mnist-8k', 'fashion-16k']) {
    const bytes = new Uint8Array(readFileSync(`models/${file}/model.bdm`));
    await deploy(client, bytes, { engine: await engineOf('native kernels') });
    const model = parseModel(bytes);
    const { height, width, channels } = model.input;
    const next = random(3);
    const image = Uint8Array.from({ length: height * width * channels }, () => next.integer(0, 255));
    const { ticks } = await client.profile(image);
    const measured = ticks.reduce((sum, count) => sum + count, 0);
    const densities = new InputDensities(model);
    densities.add(referenceRun(model, image).layers);
    const metadata = { ...model.metadata, densities: densities.means() };
    const estimated = estimateCost({ ...model, metadata }, name).ticks;
    expect(Math.abs(estimated / measured - 1), `${file}: ${estimated} of ${measured}`).toBeLessThan(
      TOLERANCE,
    );
  }
});
