import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BoardClient,
  check,
  deploy,
  engineOf,
  PicoBoard,
  transportPair,
  type UploadedPath,
} from '@bd-edge/host/internal';
import { expect, onTestFinished, test } from 'vitest';
import { denseNetwork, randomImages } from '../firmware-host/testing/network.js';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildFirmware, installedToolchains } from './testing/board-firmware.js';

/*
 * The other tests use the first installed compiler, which is gcc in continuous integration. This test does not install zig,
 * which has 94 MB.
 */

const zig = installedToolchains.find(({ name }) => name === 'zig');

test('pico: firmware built by zig runs both engines', { timeout: 240_000 }, async (context) => {
  if (!zig) context.skip('zig is not installed; `npm run firmware -- pico --toolchain zig` fetches it');
  const folder = temporaryDirectory();
  await buildFirmware({ board: 'pico', folder }, zig);
  const board = await PicoBoard.start(readFileSync(join(folder, 'firmware.bin')));
  onTestFinished(() => board.close());
  const [here, there] = transportPair('pico');
  board.attach(there);
  const client = await BoardClient.connect(here);
  onTestFinished(() => client.close());
  const model = denseNetwork();
  for (const path of ['interpreted', 'native kernels'] satisfies UploadedPath[]) {
    await deploy(client, model, { engine: await engineOf(path) });
    expect(await check(client, model, randomImages(20))).toMatchObject({
      images: 20,
      logitMismatches: 0,
      path,
    });
  }
});
