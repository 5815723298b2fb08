/** Boards behind real servers of RFC 2217, and boards at a serial device. */
import { spawnSync } from 'node:child_process';
import { BoardClient, check, deploy } from '@bd-edge/host/internal';
import { beforeEach, describe, expect, test } from 'vitest';
import { denseNetwork, randomImages } from '../firmware-host/testing/network.js';
import { cable, requireSocat } from '../firmware-host/testing/socat.js';
import { rejection } from '../sdk/testing/throws.js';
import { BoardProcess } from './testing/board-process.js';
import { buildPosix, requireCompiler } from './testing/compiler.js';
import {
  openWhenReady,
  requireServers,
  serveByPyserial,
  serveBySer2net,
  wiredBoard,
} from './testing/remote.js';

const model = denseNetwork();
const images = randomImages(20);
/** A busy machine must not repeat requests, since they are counted. */
const PATIENT = { connectTimeoutMs: 20_000, timeoutMs: 20_000 };

beforeEach(requireCompiler);
beforeEach(requireSocat);

/** Deploys and checks. @returns the number of requests after the connection */
async function deployAndCheck(url: string, baud = 115200): Promise<number> {
  const client = await BoardClient.connect(await openWhenReady(url, baud), PATIENT);
  const before = client.statistics.sentFrames;
  await deploy(client, model);
  expect(await check(client, model, images)).toMatchObject({ images: 20, logitMismatches: 0 });
  const { sentFrames, resentFrames } = client.statistics;
  expect(resentFrames).toBe(0);
  await client.close();
  return sentFrames - before;
}

describe('a board at a serial port of another computer', () => {
  beforeEach(requireServers);

  test.for([
    ['ser2net', serveBySer2net],
    ['pyserial', serveByPyserial],
  ] as const)('by %s: the same requests as at the port itself', async ([, serve], context) => {
    const direct = await wiredBoard(context);
    const requests = await deployAndCheck(direct.port);
    const remote = await wiredBoard(context);
    expect(await deployAndCheck(await serve(remote.port), 921600)).toBe(requests);
  });

  test('ser2net has one client at a time', async (context) => {
    const url = await serveBySer2net((await wiredBoard(context)).port);
    const first = await openWhenReady(url);
    expect(await rejection(openWhenReady(url))).toMatchObject({ code: 'port-busy', port: url });
    await first.close();
  });

  test('ser2net whose device is not there', async () => {
    const url = await serveBySer2net('/dev/no-such-port');
    expect(await rejection(openWhenReady(url))).toMatchObject({ code: 'port-open-failed', port: url });
  });
});

describe('the firmware of this machine at a serial device', () => {
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(buildPosix(), args, { encoding: 'utf8' });
    return { status, stderr };
  };

  test('a device that another process has, or that is not there, ends it', async (context) => {
    const { board, device } = await wiredBoard(context);
    expect(run('--serial', device)).toEqual({
      status: 1,
      stderr: expect.stringContaining('another program'),
    });
    expect(run('--serial', '/dev/no-such-port')).toEqual({
      status: 1,
      stderr: expect.stringContaining('/dev/no-such-port'),
    });
    expect(run('--serial', '/dev/null').status).toBe(1);
    expect(run('--serial', device, '--baud', '12345')).toEqual({
      status: 2,
      stderr: expect.stringContaining('12345'),
    });
    expect(board.runs).toBe(true);
  });

  test('a device that is unplugged ends it', async (context) => {
    const { ends, socat } = await cable(context);
    const board = await BoardProcess.start(buildPosix(), ['--serial', ends[1]]);
    socat.kill();
    expect(await board.ended()).toBe(1);
    expect(board.complaints).toContain('was lost');
  });
});
