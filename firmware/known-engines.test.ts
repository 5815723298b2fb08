import { join } from 'node:path';
import { BoardError, deploy, digestOf, engineOf, protocol } from '@bd-edge/host/internal';
import { beforeEach, expect, test } from 'vitest';
import { denseNetwork } from '../firmware-host/testing/network.js';
import { oddEngine } from '../firmware-host/testing/odd-engine.js';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { BoardProcess } from './testing/board-process.js';
import { buildPosix, requireCompiler } from './testing/compiler.js';
// @ts-expect-error a script has no types
import * as known from './tools/known-engines.mjs';

beforeEach(requireCompiler);

const model = denseNetwork();
const own = oddEngine({ code: { run: [] } });
/** Firmware as it is shipped, which accepts the engines of this release only. */
const closed = () => buildPosix({ settings: { BOARD_ENGINE_DIGESTS: known.engineDigests() } });

test('closed firmware runs both engines of this release', async () => {
  const client = await (await BoardProcess.start(closed())).connect();
  expect(client.info.anyEngine).toBe(0);
  for (const path of ['native kernels', 'interpreted'] as const) {
    const report = await deploy(client, model, { engine: await engineOf(path) });
    expect(report.acceptedEngines).toBe('known');
    expect(digestOf(await engineOf(path))).toEqual(report.info.engineDigest);
  }
});

test('closed firmware rejects another engine before a byte of it is sent, and keeps its pair', async () => {
  const client = await (await BoardProcess.start(closed())).connect();
  const { info } = await deploy(client, model);
  let sent = 0;
  const onProgress = () => {
    sent++;
  };
  const error = await deploy(client, model, { engine: own, onProgress }).catch((error) => error);
  expect(error).toBeInstanceOf(BoardError);
  expect(error).toMatchObject({ code: 'unknown-engine', number: protocol.ERROR_UNKNOWN_ENGINE });
  expect(sent).toBe(0);
  expect((await client.hello()).engineDigest).toEqual(info.engineDigest);
});

test('closed firmware does not run an engine that other firmware left in flash', async () => {
  const flash = join(temporaryDirectory(), 'flash');
  const open = await BoardProcess.start(buildPosix(), ['--flash', flash]);
  const report = await deploy(await open.connect(), model, { engine: own });
  expect(report.acceptedEngines).toBe('any');
  await open.kill();
  const client = await (await BoardProcess.start(closed(), ['--flash', flash])).connect();
  expect(client.info.engineDigest).toEqual(new Uint8Array(32));
  await expect(client.activate(digestOf(own), digestOf(model))).rejects.toMatchObject({
    code: 'unknown-engine',
  });
  await deploy(client, model);
});
