import { BdEdgeError, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { type DeployProgress, deploy } from '../deploy/deploy.js';
import { engineOf } from '../deploy/engine-path.js';
import { digestHex, digestOf } from '../link/digest.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { faultyTransport } from './faulty-transport.js';
import { SimulatedBoard } from './simulated-board.js';

/*
 * Deploys over transports that lose, change, repeat and delay bytes and are cut anywhere, with resets of the board. It
 * succeeds, or fails with a documented error and the board keeps its pair. A second attempt resumes.
 */

const old = denseNetwork({ seed: 1 });
const next = denseNetwork({ seed: 2, hidden: 100 });
const totals = { engine: (await engineOf('interpreted')).length, model: next.length };
const images = randomImages(3);

/** Short timeouts, since in this program a reply comes at once or never. */
const HASTY = { connectTimeoutMs: 2000, timeoutMs: 20, runTimeoutMs: 40, retries: 6 };

const chance = (most: number) =>
  fc.oneof(fc.constant(0), fc.double({ min: 0, max: most, noNaN: true, noDefaultInfinity: true }));

const anyFaults = fc.record({
  seed: fc.integer(),
  drop: chance(0.001),
  duplicate: chance(0.001),
  corrupt: chance(0.001),
  split: chance(0.01),
  delayMs: fc.constantFrom(0, 0, 0.5),
  cutAfter: fc.option(fc.nat({ max: totals.engine + totals.model + 5000 }), { nil: undefined }),
});

/** The numbers of uploaded bytes at which the board is reset. */
const anyReset = fc
  .array(fc.nat({ max: totals.engine + totals.model }), { maxLength: 3 })
  .map((offsets) => offsets.sort((a, b) => a - b));

/** Returns the active model, and checks its results over a transport without faults. */
async function activeOn(board: SimulatedBoard): Promise<'old' | 'next'> {
  const client = await BoardClient.connect(board.connect());
  const digest = digestHex(client.info.modelDigest);
  const model = [old, next].find((model) => digestHex(digestOf(model)) === digest);
  if (model === undefined) throw new Error(`the board has ${digest}`);
  for (const image of images) {
    expect((await client.infer(image)).logits).toEqual(referenceLogits(parseModel(model), image));
  }
  await client.close();
  return model === old ? 'old' : 'next';
}

test('a deployment completes or changes nothing, and a second one resumes', async () => {
  const outcomes = { completed: 0, failed: 0, resumed: 0 };
  await fc.assert(
    fc.asyncProperty(anyFaults, anyReset, fc.constantFrom(128, 1024), async (faults, resetAt, maxPayload) => {
      const board = new SimulatedBoard({ maxPayload });
      const first = await BoardClient.connect(board.connect());
      // The old engine has other bytes, so both parts must be sent.
      await deploy(first, old, { engine: withLongerSize(await engineOf('interpreted')) });

      const reached = { engine: 0, model: 0 };
      const resets = [...resetAt];
      const onProgress = ({ part, offset }: DeployProgress) => {
        reached[part] = offset;
        if (resets.length > 0 && reached.engine + reached.model >= resets[0]) {
          resets.shift();
          board.reset();
        }
      };
      const failure = await BoardClient.connect(faultyTransport(board.connect(), faults), HASTY)
        .then((client) => deploy(client, next, { onProgress }))
        .then(
          () => undefined,
          (error) => error,
        );
      if (resets.length > 0) board.reset();
      const active = await activeOn(board);
      if (failure === undefined) {
        outcomes.completed++;
        expect(active).toBe('next');
      } else {
        outcomes.failed++;
        expect(failure).toBeInstanceOf(BdEdgeError);
        // Only an activation whose reply was lost can have happened without the host's knowledge.
        if (reached.engine < totals.engine || reached.model < totals.model) expect(active).toBe('old');
      }

      // Duplicated bytes may have exceeded the credits; without faults none do.
      const { overrunBytes } = board;
      const second = await deploy(await BoardClient.connect(board.connect()), next);
      for (const part of ['engine', 'model'] as const) {
        expect(second[part].bytesSkipped).toBeGreaterThanOrEqual(reached[part]);
        expect(second[part].bytesSent).toBe(totals[part] - second[part].bytesSkipped);
        if (second[part].bytesSkipped > 0 && second[part].bytesSent > 0) outcomes.resumed++;
      }
      expect(await activeOn(board)).toBe('next');
      expect(board.overrunBytes).toBe(overrunBytes);
    }),
    { numRuns: 60 },
  );
  // The property is empty if one of the outcomes never occurs.
  expect(outcomes.completed).toBeGreaterThan(0);
  expect(outcomes.failed).toBeGreaterThan(0);
  expect(outcomes.resumed).toBeGreaterThan(0);
});

test('a check over a faulty transport gives the same report', async () => {
  const board = new SimulatedBoard({ maxPayload: 128, windowFrames: 6 });
  const many = randomImages(60, 20);
  const model = denseNetwork({ side: 20 });
  await deploy(await BoardClient.connect(board.connect()), model);
  const faults = { seed: 3, drop: 0.0003, corrupt: 0.0003, duplicate: 0.0003, split: 0.01 };
  // Long timeouts for a busy machine: a late reply would fail the test.
  const patient = { ...HASTY, timeoutMs: 300, runTimeoutMs: 600, retries: 50 };
  const client = await BoardClient.connect(faultyTransport(board.connect(), faults), patient);
  const report = await check(client, model, many);
  expect(report).toMatchObject({ images: 60, classMismatches: 0, logitMismatches: 0 });
  expect(client.statistics.sentFrames).toBeGreaterThan(60 * 4);
  expect(client.statistics.resentFrames + client.statistics.badFrames).toBeGreaterThan(0);
});

/** Returns the same module with the size of its first section, which is less than 128, in two bytes. */
function withLongerSize(wasm: Uint8Array): Uint8Array {
  return Uint8Array.of(...wasm.subarray(0, 9), wasm[9] | 0x80, 0, ...wasm.subarray(10));
}
