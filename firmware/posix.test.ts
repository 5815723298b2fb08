import { beforeEach, describe, expect, test } from 'vitest';
import { check } from '../firmware-host/check/check.js';
import { deploy } from '../firmware-host/deploy/deploy.js';
import { denseNetwork, randomImages } from '../firmware-host/testing/network.js';
import { BoardProcess } from './testing/board-process.js';
import { buildPosix, requireCompiler } from './testing/compiler.js';

beforeEach(requireCompiler);

const model = denseNetwork();
const images = randomImages(50);

test('deploys and checks', async () => {
  const board = await BoardProcess.start(buildPosix({ sanitize: true }));
  const client = await board.connect({ onLog: console.log });

  await deploy({ client, model });
  const report = await check({ client, model, images });
  expect(report).toMatchObject({ images: 50, labelMismatches: 0, logitMismatches: 0 });
  console.log(report.ticks, await client.profile(images[0]));
});
