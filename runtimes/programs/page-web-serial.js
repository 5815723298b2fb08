// Boards by Web Serial, with a port of WHATWG streams in the place of a real one.
import * as host from '@bd-edge/host';
import { FakeSerialPort } from './fake-serial-port.js';

const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Deploys the first case and checks it with its labels; what came of it, and every progress that was told. */
globalThis.deployAndCheck = async ({ model, images }, labels) => {
  const board = new host.SimulatedBoard();
  const port = new FakeSerialPort(() => board.connect());
  const line = await host.requestWebSerial({}, { requestPort: async () => port });
  const client = await host.BoardClient.connect(line);
  const bytes = decode(model);
  const progress = { offsets: [], done: [] };
  await host.deploy({ client, model: bytes, onProgress: ({ offset }) => progress.offsets.push(offset) });
  const report = await host.check({
    client,
    model: bytes,
    images: images.map(decode),
    labels,
    onProgress: ({ done }) => progress.done.push(done),
  });
  await client.close();
  return { report, progress, size: bytes.length, locked: port.readable !== null };
};

/** How a request for a port ends, in words that travel. */
globalThis.refusal = (request) =>
  request().then(
    () => 'opened',
    (error) => `${error.name}: ${error.message}`,
  );
globalThis.host = host;
globalThis.FakeSerialPort = FakeSerialPort;
globalThis.answer = 'ready';
