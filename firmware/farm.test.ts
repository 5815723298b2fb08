/** A farm of boards: labgrid's coordinator, exporter and client, and examples/labgrid. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, type TestContext, test } from 'vitest';
import { command } from '../cli/testing/command.js';
import { requireSocat, temporaryDirectory } from '../firmware-host/testing/socat.js';
import { requireCompiler } from './testing/compiler.js';
import { freePort, pythonEnvironment, requireServers, start, wiredBoard } from './testing/remote.js';

const EXAMPLE = fileURLToPath(new URL('../examples/labgrid', import.meta.url));

beforeEach(requireCompiler);
beforeEach(requireSocat);
beforeEach(requireServers);

interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a farm with one place, pico. @returns a function that runs a command line as a user of it */
async function farm(context: TestContext): Promise<(line: string, user?: string) => Result> {
  const { port: device } = await wiredBoard(context);
  const folder = temporaryDirectory();
  const programs = {
    'labgrid-client': `exec python3 -m labgrid.remote.client "$@"`,
    'bd-edge': `exec "${process.execPath}" "${command}" "$@"`,
  };
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const coordinator = `127.0.0.1:${await freePort()}`;
  const environment = {
    ...pythonEnvironment,
    PATH: `${folder}:${process.env.PATH}`,
    LG_COORDINATOR: coordinator,
    LG_HOSTNAME: 'desk',
  };
  const as = (line: string, user = 'ada') => {
    const env = { ...environment, LG_USERNAME: user };
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env,
      cwd: folder,
    });
    return { status, stdout, stderr };
  };
  start('python3', ['-m', 'labgrid.remote.coordinator', '-l', coordinator], { cwd: folder });
  await expect.poll(() => as('labgrid-client places').status, { timeout: 30_000 }).toBe(0);
  writeFileSync(
    join(folder, 'exporter.yaml'),
    `pico:\n  RawSerialPort:\n    port: ${device}\n    speed: 115200\n`,
  );
  const exporter = [
    '--coordinator',
    coordinator,
    '--name',
    'rack',
    '--hostname',
    '127.0.0.1',
    'exporter.yaml',
  ];
  start('python3', ['-m', 'labgrid.remote.exporter', ...exporter], { cwd: folder });
  const place =
    'labgrid-client -p pico create && labgrid-client -p pico set-tags board=pico && ' +
    'labgrid-client -p pico add-match rack/pico/NetworkSerialPort';
  expect(as(place)).toMatchObject({ status: 0 });
  await expect
    .poll(() => as('labgrid-client resources').stdout, { timeout: 30_000 })
    .toContain('rack/pico/NetworkSerialPort');
  return as;
}

test('reserve, acquire, deploy, check and release; a place of somebody else is an error', async (context) => {
  const as = await farm(context);
  const checked = as(`bash ${EXAMPLE}/check.sh mnist-8k board=pico --limit 5 --json`);
  expect(checked.status).toBe(0);
  expect(JSON.parse(checked.stdout.split('\n').find((line) => line.startsWith('{')) ?? '')).toMatchObject({
    images: 5,
    logitMismatches: 0,
  });
  expect(as('labgrid-client -p pico show').stdout).toContain('acquired: None');

  const port = `python3 ${EXAMPLE}/place_port.py pico`;
  expect(as(port)).toMatchObject({ status: 1, stderr: expect.stringContaining('not acquired') });
  expect(as('labgrid-client -p pico acquire', 'bob').status).toBe(0);
  const { status, stderr } = as(port);
  expect(status).toBe(1);
  expect(stderr).toContain('bob');
  expect(stderr).not.toContain('Traceback');
});
