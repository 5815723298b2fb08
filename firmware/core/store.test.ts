import { execFileSync } from 'node:child_process';
import { ERROR_NO_UPLOAD, ERROR_TOO_LARGE } from '@bd-edge/host/internal';
import { beforeEach, expect, test } from 'vitest';
import { buildProgram, requireCompiler, testSource } from '../testing/compiler.js';

beforeEach(requireCompiler);

test.each([
  { name: 'small units', settings: { TEST_ERASE: 256, TEST_WRITE: 4, BOARD_FLASH_CHUNK: 128 } },
  {
    name: 'as long units as one chunk',
    settings: { TEST_ERASE: 256, TEST_WRITE: 128, BOARD_FLASH_CHUNK: 256 },
  },
  {
    name: 'units that are erased two at once',
    settings: { TEST_ERASE: 128, TEST_BLOCK: 256, TEST_WRITE: 4, BOARD_FLASH_CHUNK: 128 },
  },
  {
    name: 'units as long as all of an upload',
    settings: { TEST_ERASE: 1024, TEST_WRITE: 16, BOARD_FLASH_CHUNK: 256 },
  },
])('after a power loss at any byte, one of the pairs is active: $name', ({ settings }) => {
  const program = buildProgram({
    name: 'power-loss',
    sources: [testSource('memory-port.c'), testSource('power-loss.c')],
    sanitize: true,
    settings: { ...settings, TEST_FLASH: 16384, BOARD_ENGINE_BANK: 1024 },
  });
  const said = execFileSync(program, { encoding: 'utf8' });
  const [kept, resumed] = (said.match(/\d+/g) ?? []).map(Number);
  // The program requires the new pair at the end. The test is empty if one of these never occurs.
  expect(kept).toBeGreaterThan(0);
  expect(resumed).toBeGreaterThan(0);
});

test.each([
  { name: 'too little of it', settings: { TEST_FLASH: 2048, TEST_ERASE: 256, TEST_WRITE: 4 } },
  { name: 'no room for marks', settings: { TEST_FLASH: 65536, TEST_ERASE: 256, TEST_WRITE: 256 } },
  {
    name: 'longer units than a chunk',
    settings: { TEST_FLASH: 65536, TEST_ERASE: 4096, TEST_WRITE: 512 },
  },
  {
    name: 'a chunk of a unit and a half',
    settings: { TEST_FLASH: 65536, TEST_ERASE: 256, TEST_WRITE: 4, BOARD_FLASH_CHUNK: 384 },
  },
])('rejects uploads to unsupported flash: $name', ({ settings }) => {
  const program = buildProgram({
    name: 'odd-flash',
    sources: [testSource('memory-port.c'), testSource('odd-flash.c')],
    sanitize: true,
    settings: { BOARD_ENGINE_BANK: 1024, ...settings },
  });
  const refused = `0 ${ERROR_TOO_LARGE} ${ERROR_NO_UPLOAD}`;
  expect(execFileSync(program, { encoding: 'utf8' }).trim().split('\n')).toEqual([refused, refused]);
});
