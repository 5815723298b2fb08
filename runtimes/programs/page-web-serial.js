// Boards over Web Serial, with a port made of WHATWG streams instead of a real one.
import * as host from '@bd-edge/host';
import { FakeSerialPort } from './fake-serial-port.js';

const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Deploys the first case and checks it with its labels. Returns the report and all progress events. */
globalThis.deployAndCheck = async ({ model, images }, labels) => {
  const simulated = new host.SimulatedBoard();
  const port = new FakeSerialPort(() => simulated.connect());
  const transport = await host.requestWebSerial({}, { requestPort: async () => port });
  const board = await host.connectBoard(transport);
  const bytes = decode(model);
  const progress = { offsets: [], done: [] };
  await board.deploy(bytes, { onProgress: ({ offset }) => progress.offsets.push(offset) });
  const report = await board.check(images.map(decode), {
    labels,
    onProgress: ({ done }) => progress.done.push(done),
  });
  await board.close();
  return { report, progress, size: bytes.length, locked: port.readable !== null };
};

/** Returns the outcome of a request for a port as text. */
globalThis.refusal = (request) =>
  request().then(
    () => 'opened',
    (error) => `${error.name} ${error.code}: ${error.message}`,
  );
globalThis.host = host;
globalThis.FakeSerialPort = FakeSerialPort;
globalThis.answer = 'ready';
