import { execFileSync } from 'node:child_process';
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
])('whenever the power goes, one pair is active, whole: $name', ({ settings }) => {
  const program = buildProgram({
    name: 'power-loss',
    sources: [testSource('memory-port.c'), testSource('power-loss.c')],
    sanitize: true,
    settings: { ...settings, TEST_FLASH: 16384, BOARD_ENGINE_BANK: 1024 },
  });
  const said = execFileSync(program, { encoding: 'utf8' });
  const [kept, changed, resumed] = (said.match(/\d+/g) ?? []).map(Number);
  // The test says nothing if one of these never happens.
  expect(kept).toBeGreaterThan(0);
  expect(changed).toBeGreaterThan(0);
  expect(resumed).toBeGreaterThan(0);
});
