import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { TrainingState } from './training-state.js';

beforeAll(async () => {
  await selectBackend();
});

it('goes on counting the seconds where the checkpoint stopped', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const path = join(directory, 'checkpoint.bin');
  const begin = () =>
    new TrainingState(barsNetwork(), {
      train: bars(4, 1),
      validation: bars(4, 2),
      ...{ epochs: 1, batchSize: 4, seed: 1 },
      optimizer: { kind: 'adam' },
      schedule: { kind: 'cosine', learningRate: 0.1 },
    });
  const clock = vi.spyOn(performance, 'now');
  try {
    clock.mockReturnValue(1000);
    const state = begin();
    clock.mockReturnValue(6000);
    await state.write(path);
    clock.mockReturnValue(100); // another process, with a clock of its own
    const resumed = begin();
    await resumed.read(path);
    clock.mockReturnValue(2100);
    expect(resumed.seconds).toBe(5 + 2);
  } finally {
    clock.mockRestore();
    await rm(directory, { recursive: true });
  }
});
