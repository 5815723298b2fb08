import { expect, test } from 'vitest';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { ConnectionLostError } from '../errors.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { FakeSerialPort } from '../testing/fake-serial-port.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { DEFAULT_BAUD } from './baud.js';
import { transportPair } from './pair.js';
import type { Transport } from './transport.js';
import { openWebSerial, requestWebSerial } from './web-serial.js';

function plugged(): { port: FakeSerialPort; board: Transport } {
  const [transport, board] = transportPair('wire');
  return { port: new FakeSerialPort(() => transport, { usbVendorId: 0x2341, usbProductId: 0x43 }), board };
}
const arrival = (transport: Transport) => new Promise<Uint8Array>((resolve) => transport.onData(resolve));

test('deploys to a board and checks it, with progress', async () => {
  const board = new SimulatedBoard();
  const port = new FakeSerialPort(() => board.connect());
  const client = await BoardClient.connect(await requestWebSerial({}, { requestPort: async () => port }));
  const model = denseNetwork();
  const images = randomImages(50);
  const offsets: number[] = [];
  const done: number[] = [];
  await deploy(client, model, { onProgress: ({ offset }) => offsets.push(offset) });
  const report = await check(client, model, images, { onProgress: (at) => done.push(at.done) });
  expect(report).toMatchObject({ images: 50, classMismatches: 0, logitMismatches: 0 });
  expect(offsets.at(-1)).toBe(model.length);
  expect(done).toEqual(images.map((_, i) => i + 1));
  await client.close();
});

test('sets the baud rate and signals, and carries bytes both ways', async () => {
  const { port, board } = plugged();
  const transport = await openWebSerial(port);
  expect(port.opened).toMatchObject({ baudRate: DEFAULT_BAUD });
  expect(port.signals).toEqual({ dataTerminalReady: true, requestToSend: true });
  expect(transport.name).toBe('the USB port 2341:0043');
  const there = arrival(board);
  await transport.write(Uint8Array.of(0, 1, 255));
  expect([...(await there)]).toEqual([0, 1, 255]);
  const here = arrival(transport);
  await board.write(Uint8Array.of(7));
  expect([...(await here)]).toEqual([7]);
});

test('a closed port can be opened again; later writes fail', async () => {
  const { port } = plugged();
  const transport = await openWebSerial(port, { baud: 9600 });
  expect(port.opened?.baudRate).toBe(9600);
  await expect(openWebSerial(port)).rejects.toMatchObject({ code: 'port-busy' });
  await transport.close();
  await transport.close();
  expect(await transport.closed).toBeUndefined();
  expect(port.readable).toBeNull();
  await expect(transport.write(Uint8Array.of(1))).rejects.toThrow(ConnectionLostError);
  await (await openWebSerial(port)).close();
});

test('reports an unplugged port, which works again when it is plugged in', async () => {
  const board = new SimulatedBoard();
  const port = new FakeSerialPort(() => board.connect());
  const transport = await openWebSerial(port);
  port.unplug();
  expect(await transport.closed).toBeInstanceOf(ConnectionLostError);
  await expect(transport.write(Uint8Array.of(1))).rejects.toThrow(ConnectionLostError);
  await expect(openWebSerial(port)).rejects.toMatchObject({ code: 'port-open-failed' });
  port.replug();
  const client = await BoardClient.connect(await openWebSerial(port));
  expect(client.info.board).toBe('simulated');
  await client.close();
});

test('a request fails when the port is unplugged', async () => {
  const { port } = plugged();
  const asked = BoardClient.connect(await openWebSerial(port));
  port.unplug();
  await expect(asked).rejects.toThrow(ConnectionLostError);
});

test.each(['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError'] as const)(
  'continues with the new stream of the port after a %s',
  async (kind) => {
    const { port, board } = plugged();
    const transport = await openWebSerial(port);
    const here = arrival(transport);
    port.disturb(kind);
    await board.write(Uint8Array.of(9));
    expect([...(await here)]).toEqual([9]);
    await transport.close();
  },
);

test('reports a browser without Web Serial', async () => {
  await expect(requestWebSerial()).rejects.toMatchObject({ dependency: 'Web Serial' });
});

test.each(['NotFoundError', 'SecurityError'])('reports a request that fails with %s', async (name) => {
  const refusal = requestWebSerial(
    {},
    { requestPort: () => Promise.reject(new DOMException('refused.', name)) },
  );
  await expect(refusal).rejects.toMatchObject({ name: 'DeviceError', code: 'port-permission-denied' });
});
