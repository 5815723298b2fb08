/** Programs that make the serial ports of one computer available to others, for tests on loopback. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, realpathSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeviceError } from '@bd-edge/host';
import { openPort, type Transport } from '@bd-edge/host/internal';
import { onTestFinished, type TestContext } from 'vitest';
import { cable } from '../../firmware-host/testing/socat.js';
import { BoardProcess } from './board-process.js';
import { buildPosix } from './compiler.js';

/** The folder into which `npm run setup:boards` installs labgrid and pyserial. */
const FARM = fileURLToPath(new URL('../../build/farm', import.meta.url));
const PYSERIAL_SERVER = fileURLToPath(new URL('rfc2217_server.py', import.meta.url));
const isInstalled =
  spawnSync('ser2net', ['-v']).error === undefined && existsSync(join(FARM, 'installed.txt'));

/** The environment of Python programs. */
export const pythonEnvironment = { ...process.env, PYTHONPATH: FARM };

/** Skips a test that needs servers of serial ports if they are missing; fails it in continuous integration. */
export function requireServers(context: TestContext): void {
  if (isInstalled) return;
  const advice = 'ser2net and labgrid are not installed; run `npm run setup:boards`';
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

export interface WiredBoard {
  /** The serial port at whose other end is the board. */
  port: string;
  /** The serial device of the board. */
  device: string;
  board: BoardProcess;
  /** The process of the cable. */
  socat: ChildProcess;
}

/** Starts the firmware of this machine at the other end of a serial port. */
export async function wiredBoard(context: TestContext): Promise<WiredBoard> {
  const { ends, socat } = await cable(context);
  // A pseudo-terminal that nobody has open ends the cable, so both stay open.
  const held = ends.map((end) => openSync(end, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  onTestFinished(() => held.forEach(closeSync));
  const board = await BoardProcess.start(buildPosix(), ['--serial', ends[1], '--baud', '921600']);
  return { port: realpathSync(ends[0]), device: ends[1], board, socat };
}

/** Starts a program until the end of the test. */
export function start(program: string, args: string[], options: { cwd?: string } = {}): ChildProcess {
  const child = spawn(program, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: pythonEnvironment,
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });
  return child;
}

/** Makes a serial port available with ser2net. @returns its address, for {@link openWhenReady} */
export async function serveBySer2net(device: string, maxConnections = 1): Promise<string> {
  const port = await freePort();
  // One argument a line, as labgrid does.
  const lines = [
    'connection: &board',
    `  accepter: telnet(rfc2217,mode=server),tcp,127.0.0.1,${port}`,
    `  connector: serialdev(nouucplock=true),${device},115200n81,local`,
    '  options:',
    `    max-connections: ${maxConnections}`,
  ];
  start('ser2net', ['-d', '-n', '-c', '/dev/null', ...lines.flatMap((line) => ['-Y', line])]);
  return `rfc2217://127.0.0.1:${port}`;
}

/** Makes a serial port available with pyserial. @returns its address */
export async function serveByPyserial(device: string): Promise<string> {
  const { stdout } = start('python3', [PYSERIAL_SERVER, device]);
  const [line] = await once(createInterface({ input: stdout as NonNullable<typeof stdout> }), 'line');
  return `rfc2217://127.0.0.1:${line}`;
}

/** Returns a TCP port of this computer that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Opens a port as soon as its server listens. */
export async function openWhenReady(url: string, baud?: number): Promise<Transport> {
  for (;;) {
    try {
      return await openPort(url, { baud });
    } catch (error) {
      if ((error as DeviceError).code !== 'port-not-found') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
