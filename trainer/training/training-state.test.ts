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

it('continues counting the seconds of the checkpoint', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const path = join(directory, 'checkpoint.safetensors');
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
    clock.mockReturnValue(100); // another process with another clock
    const resumed = begin();
    await resumed.read(path);
    clock.mockReturnValue(2100);
    expect(resumed.seconds).toBe(5 + 2);
  } finally {
    clock.mockRestore();
    await rm(directory, { recursive: true });
  }
});
