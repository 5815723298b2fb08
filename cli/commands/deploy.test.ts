import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireSocat } from '../../firmware-host/testing/socat.js';
import { bdEdge, command, failure, json, withSimulator } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';
import { mnistNetwork } from '../testing/models.js';

const folder = temporaryFolder();
const model = join(folder, 'model.bdm');

beforeAll(() => writeFileSync(model, mnistNetwork(1)));

test('deploys to a simulated board in the same process', () => {
  const deployed = json(bdEdge('deploy', model, '--port', 'sim:', '--json'));
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(deployed).toMatchObject({ bytesSkipped: 0, digest, acceptedEngines: 'any' });
});

test('a simulator keeps what was sent', async () => {
  await withSimulator(['--listen', '127.0.0.1:0'], async (port) => {
    const first = json(bdEdge('deploy', model, '--port', port, '--json'));
    expect(first.bytesSent).toBeGreaterThan(readFileSync(model).length);
    const second = json(bdEdge('deploy', model, '--port', port, '--json'));
    expect(second).toMatchObject({ bytesSent: 0, digest: first.digest });
  });
});

describe('a device error has exit code 3', () => {
  test('too little RAM, with both numbers, before the upload', () => {
    expect(failure({}, 'deploy', model, '--port', 'sim:?ram=20000')).toEqual({
      status: 3,
      code: 'not-enough-memory',
    });
    const { stderr } = bdEdge('deploy', model, '--port', 'sim:?ram=20000');
    expect(stderr).toMatch(/20,?000/);
    expect(stderr).toMatch(/2[0-9],?[0-9]{3}/);
  });

  test('no board at the address', () => {
    const { status, stderr } = bdEdge('deploy', model, '--port', 'socket://127.0.0.1:1');
    expect(status).toBe(3);
    expect(stderr).toContain('127.0.0.1:1');
    expect(bdEdge('deploy', model, '--port', '/dev/ttyNoSuchPort').status).toBe(3);
  });

  test('but an unknown kind of port is a usage error', () => {
    expect(bdEdge('deploy', model, '--port', 'smoke://signals').status).toBe(2);
  });
});

test('a broken file is found before the port is opened', () => {
  const broken = join(folder, 'broken.bdm');
  writeFileSync(broken, readFileSync(model).subarray(0, -1));
  for (const name of ['deploy', 'check'])
    expect(failure({}, name, broken, '--port', 'socket://127.0.0.1:1')).toMatchObject({ status: 4 });
});

describe('Ctrl-C or the end of the terminal during an upload', () => {
  // At the end of a terminal, the system and the shell send SIGHUP, and the streams are closed.
  test.each([
    { signals: ['SIGINT'], hasTerminal: true },
    { signals: ['SIGHUP', 'SIGHUP'], hasTerminal: false },
  ] as const)('$signals: the next deploy resumes', async ({ signals, hasTerminal }) => {
    const store = join(folder, `store-${signals.length}`);
    await withSimulator(['--listen', '127.0.0.1:0', '--baud', '60000', '--store', store], async (port) => {
      const upload = spawn(process.execPath, [command, 'deploy', model, '--port', port]);
      const stderr = hasTerminal ? text(upload.stderr) : upload.stderr.destroy() && '';
      const ended = new Promise((resolve) => upload.once('close', resolve));
      await expect.poll(() => bytesIn(store), { timeout: 10_000 }).toBeGreaterThan(7000); // of about 23,000
      for (const signal of signals) upload.kill(signal);
      expect({ code: await ended, stderr: await stderr }).toEqual({
        code: 130,
        stderr: hasTerminal ? expect.stringMatching(/^aborting \.\.\.$/m) : '',
      });
      expect(json(bdEdge('deploy', model, '--port', port, '--json')).bytesSkipped).toBeGreaterThan(0);
      expect(bdEdge('check', model, '--port', port, '--limit', '3').status).toBe(0);
    });
  });
});

test('Ctrl-C ends the uploads to all boards', async () => {
  const stores = ['left', 'right'].map((name) => join(folder, name));
  const slow = (store: string) => ['--listen', '127.0.0.1:0', '--baud', '60000', '--store', store];
  await withSimulator(slow(stores[0]), (left) =>
    withSimulator(slow(stores[1]), async (right) => {
      const args = ['deploy', model, '--port', left, '--port', right, '--json'];
      const upload = spawn(process.execPath, [command, ...args]);
      const ended = new Promise((resolve) => upload.once('close', resolve));
      const [stdout, stderr] = [text(upload.stdout), text(upload.stderr)];
      for (const store of stores)
        await expect.poll(() => bytesIn(store), { timeout: 10_000 }).toBeGreaterThan(100);
      upload.kill('SIGINT');
      expect(await ended).toBe(130);
      const aborted = { error: { code: 'aborted', message: expect.any(String) } };
      expect(JSON.parse(await stdout)).toEqual([
        { port: left, ...aborted },
        { port: right, ...aborted },
      ]);
      expect((await stderr).match(/^aborting \.\.\.$/gm)).toHaveLength(1);
    }),
  );
});

test('a report for continuous integration is written although boards fail', () => {
  const junit = join(folder, 'deploy.xml');
  const deployed = bdEdge('deploy', model, '--port', 'sim:', '--port', 'sim:?ram=20000', '--junit', junit);
  expect(deployed.status).toBe(3);
  expect(deployed.stdout).toMatch(/^sim: +simulated +[\d,]+ +0 +active *$/m);
  expect(deployed.stdout).toMatch(/^sim:\?ram=20000 +not-enough-memory *$/m);
  expect(deployed.stderr).toMatch(/^error: sim:\?ram=20000: /m);
  const report = readFileSync(junit, 'utf8');
  expect(report).toContain('tests="2" failures="0" errors="1"');
  expect(report).toContain('<error type="not-enough-memory"');
  // One board too, and a place that cannot be written.
  expect(bdEdge('deploy', model, '--port', 'sim:?ram=20000', '--junit', junit).status).toBe(3);
  expect(readFileSync(junit, 'utf8')).toContain('tests="1" failures="0" errors="1"');
  expect(failure({}, 'deploy', model, '--port', 'sim:', '--junit', folder)).toEqual({
    status: 4,
    code: 'is-a-folder',
  });
});

test('through a serial port: socat, the serialport package, the command', async (context) => {
  requireSocat(context);
  await withSimulator(['--pty', join(folder, 'board')], async (port) => {
    expect(json(bdEdge('deploy', model, '--port', port, '--json')).bytesSent).toBeGreaterThan(0);
    const checked = json(bdEdge('check', model, '--port', port, '--limit', '100', '--json'));
    expect(checked).toMatchObject({ images: 100, classMismatches: 0, logitMismatches: 0 });
  });
});

function bytesIn(directory: string): number {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}
