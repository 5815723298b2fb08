import { expect, test } from 'vitest';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { INFO } from '../link/messages.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { scriptedBoard } from '../testing/scripted-board.js';
import { transportPair } from '../transports/pair.js';
import { TickMeter } from './tick-meter.js';

test('records the ticks of each image and changes nothing', async () => {
  const meter = new TickMeter();
  const [here, there] = transportPair('tapped');
  meter.tap(new SimulatedBoard()).attach(there);
  const client = await BoardClient.connect(here);
  const model = denseNetwork();
  await deploy(client, model);
  expect(meter.ticks).toEqual([]);
  const { ticks, logitMismatches } = await check(client, model, randomImages(7));
  expect(logitMismatches).toBe(0);
  expect(meter.ticks).toHaveLength(7);
  expect(Math.max(...meter.ticks)).toBe(ticks?.maximum);
  expect(meter.ticksPerSecond).toBe(ticks?.perSecond);
  await client.close();
});

test('ignores firmware of another version', async () => {
  const meter = new TickMeter();
  const [here, there] = transportPair('tapped');
  const { transport, board } = scriptedBoard(() => ({ type: INFO.type, payload: Uint8Array.of(2, 0) }));
  meter
    .tap({
      attach: (end) => {
        end.onData((bytes) => void transport.write(bytes));
        transport.onData((bytes) => void end.write(bytes));
      },
    })
    .attach(there);
  await expect(BoardClient.connect(here)).rejects.toMatchObject({ code: 'incompatible-protocol' });
  expect(meter.ticksPerSecond).toBeUndefined();
  await board.close();
});
