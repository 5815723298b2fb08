import { DeviceError, FileError } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { sideBySide, worstExitCode } from './side-by-side.js';

const silent = { update() {}, stop() {} };

test('the failure of one board does not end the others', async () => {
  let finish = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const outcomes = await sideBySide(['a', 'b'], silent, async (port) => {
    if (port === 'a') {
      // Only after this failure does the other board finish.
      queueMicrotask(finish);
      throw new DeviceError('no-response', 'No response.');
    }
    await slow;
    return 7;
  });
  expect(outcomes).toMatchObject([
    { port: 'a', error: { code: 'no-response' } },
    { port: 'b', result: 7 },
  ]);
});

test('the exit code is the highest one', async () => {
  const run = async (...errors: (Error | undefined)[]) => {
    const outcomes = await sideBySide(errors.map(String), silent, async (port) => {
      const error = errors.find((error) => String(error) === port);
      if (error) throw error;
      return 1;
    });
    return worstExitCode(outcomes, (result) => result);
  };
  const device = new DeviceError('no-response', 'No response.');
  const aborted = new DOMException('Aborted.', 'AbortError');
  expect(await run(undefined)).toBe(1);
  expect(await run(undefined, device)).toBe(3);
  expect(await run(new FileError('disk-full', 'Full.'), device)).toBe(4);
  expect(await run(device, aborted, undefined)).toBe(130);
});

test('the progress is the sum over the boards', async () => {
  const updates: unknown[][] = [];
  const progress = { ...silent, update: (...values: unknown[]) => updates.push(values) };
  await sideBySide(['a', 'b'], progress, async (port, update) => {
    update(1, 10, `of ${port}`);
    update(5, 10, `of ${port}`);
  });
  expect(updates).toEqual([
    [1, 10, ''],
    [5, 10, ''],
    [6, 20, ''],
    [10, 20, ''],
  ]);
  updates.length = 0;
  await sideBySide(['a'], progress, async (_, update) => update(1, 10, 'note'));
  expect(updates).toEqual([[1, 10, 'note']]);
});
