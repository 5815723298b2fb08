import { expect, test } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { check } from './check.js';
import { referenceExpectation } from './expectation.js';
import { sharedExpectation } from './shared-expectation.js';

const model = denseNetwork();
const images = randomImages(20);

test('several checks at once calculate each image once', async () => {
  const inner = { ...referenceExpectation(model), close() {} };
  let calculations = 0;
  const expected = sharedExpectation(model, undefined, {
    ...inner,
    logits(image) {
      calculations++;
      return Promise.resolve(inner.logits(image));
    },
  });
  const reports = await Promise.all(
    [1, 2, 3].map(async () => {
      const client = await BoardClient.connect(new SimulatedBoard().connect());
      await deploy(client, model);
      const report = await check(client, model, images, { expected });
      await client.close();
      return report;
    }),
  );
  for (const report of reports) expect(report).toMatchObject({ images: 20, logitMismatches: 0 });
  expect(calculations).toBe(20);
});
