import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BoardClient,
  boardOf,
  type ConnectOptions,
  check,
  deploy,
  digestOf,
  PicoBoard,
  protocol,
  referenceExpectation,
  transportPair,
  upload,
} from '@bd-edge/host/internal';
import { expect, onTestFinished, test } from 'vitest';
import { denseNetwork, randomImages } from '../firmware-host/testing/network.js';
import { random } from '../sdk/testing/random-graph.js';
import { buildFirmware, requireToolchain } from './testing/board-firmware.js';

/* Tests the Pico's USB port: the firmware on an emulated chip, with a host that carries packets (usb-host.ts). */

const model = denseNetwork();
const images = randomImages(20);
let built: Promise<Uint8Array> | undefined;

function firmware(): Promise<Uint8Array> {
  const folder = join('build', 'firmware', 'test-usb');
  built ??= buildFirmware({ board: 'pico', folder }).then(() => readFileSync(join(folder, 'firmware.bin')));
  return built;
}

async function start(flash?: Uint8Array): Promise<PicoBoard> {
  const flashId = Uint8Array.of(0x46, 0x61, 0x18, 0xc4, 0xe3, 0x6b, 0x72, 0x3f);
  const board = await PicoBoard.start(await firmware(), { usb: true, flashId, flash });
  onTestFinished(() => board.close());
  void board.failed.then((error) => console.error(error));
  return board;
}

/** Connects a client to one of the board's ports. @returns also what pulls the cable */
async function connect(board: PicoBoard, port: 'usb' | 'uart', options?: ConnectOptions) {
  const [here, there] = transportPair(port);
  if (port === 'usb') board.attachUsb(there);
  else board.attach(there);
  const client = await BoardClient.connect(here, options);
  onTestFinished(() => client.close());
  return { client, cut: () => there.close() };
}

async function expectActive(client: BoardClient, active: Uint8Array): Promise<void> {
  expect(await check(client, active, images)).toMatchObject({
    images: images.length,
    classMismatches: 0,
    logitMismatches: 0,
  });
}

/** Uploads chunks of a model up to an offset. @returns the offset that was reached */
async function uploadUpTo(client: BoardClient, bytes: Uint8Array, end: number): Promise<number> {
  let offset = await client.beginUpload(protocol.SLOT_MODEL, bytes.length, digestOf(bytes));
  while (offset < end)
    offset = await client.uploadChunk(
      protocol.SLOT_MODEL,
      offset,
      bytes.subarray(offset, Math.min(end, offset + client.chunkBytes)),
    );
  return offset;
}

function randomBytes(length: number): Uint8Array {
  const rng = random(1);
  return Uint8Array.from({ length }, () => rng.integer(0, 255));
}

const STATUS = { type: 0x80, request: 0, length: 2 };

test('shows itself as a serial port with its name and the number of its flash chip', {
  timeout: 60_000,
}, async (context) => {
  requireToolchain(context);
  const board = await start();
  // A reply to this request comes after the enumeration.
  expect(await board.withHost((host) => host.request(STATUS))).toEqual(Uint8Array.of(0, 0));
  const { device, configuration, ...names } = board.withHost((host) => host.device) ?? expect.unreachable();
  expect(names).toEqual({
    manufacturer: 'bd-edge',
    product: 'bd-edge board (Pico)',
    serialNumber: 'BDEDGE466118C4E36B723F',
  });
  // The host's list of ports recognizes it.
  const { serialNumber } = names;
  expect(boardOf({ serialNumber, ...idsOf(device) })).toBe(names.product);
  // A communications device, with packets of 64 bytes and one configuration.
  expect([...device.subarray(0, 8)]).toEqual([18, 1, 0, 2, 2, 0, 0, 64]);
  expect(device[17]).toBe(1);

  const parts = partsOf(configuration);
  expect(parts.map(([, type]) => type)).toEqual([2, 4, 0x24, 0x24, 0x24, 0x24, 5, 4, 5, 5]);
  const [whole, control] = parts;
  expect(whole[2] | (whole[3] << 8)).toBe(configuration.length);
  expect(whole[4]).toBe(2);
  // Communications class, abstract control model; then data.
  expect(control.slice(5, 7)).toEqual([2, 2]);
  expect(parts[7][5]).toBe(10);
  const endpoints = parts.filter(([, type]) => type === 5);
  expect(endpoints.map(([, , address, kind, low, high]) => [address, kind, low | (high << 8)])).toEqual([
    [0x81, 3, 8],
    [0x82, 2, 64],
    [0x02, 2, 64],
  ]);
});

test('answers the requests of a serial port, and refuses others', { timeout: 60_000 }, async (context) => {
  requireToolchain(context);
  const board = await start();
  const request = (type: number, request: number, rest = {}) =>
    board.withHost((host) => host.request({ type, request, ...rest }));
  const getCoding = { length: 7 };
  expect(await request(0xa1, 0x21, getCoding)).toEqual(Uint8Array.of(0, 0xc2, 1, 0, 0, 0, 8));
  const coding = Uint8Array.of(0x80, 0x25, 0, 0, 2, 1, 7); // 9600 baud, 2 stop bits, odd parity, 7 bits
  expect(await request(0x21, 0x20, { bytes: coding })).toEqual(new Uint8Array());
  expect(await request(0xa1, 0x21, getCoding)).toEqual(coding);
  expect(await request(0x21, 0x20, { bytes: coding.subarray(0, 5) })).toBe('stall');

  expect(await request(0x80, 8, { length: 1 })).toEqual(Uint8Array.of(1)); // configuration
  expect(await request(0x81, 10, { length: 1 })).toEqual(Uint8Array.of(0)); // alternate setting
  expect(await request(0x01, 11, { value: 0 })).toEqual(new Uint8Array());
  // A descriptor is cut to the length that the host asks for.
  expect(await request(0x80, 6, { value: 0x0200, length: 64 })).toHaveLength(64);
  // No qualifier for high speed, no such text, no second configuration, no request of a vendor.
  for (const value of [0x0600, 0x0309]) expect(await request(0x80, 6, { value, length: 10 })).toBe('stall');
  expect(await request(0x00, 9, { value: 2 })).toBe('stall');
  expect(await request(0xc0, 1, { length: 4 })).toBe('stall');
  // A refusal does not last.
  expect(await request(0x80, 0, { length: 2 })).toEqual(Uint8Array.of(0, 0));

  const { client } = await connect(board, 'usb');
  expect(client.info.board).toBe('pico');
});

test('deploys and checks over USB, while UART0 works too', { timeout: 120_000 }, async (context) => {
  requireToolchain(context);
  const board = await start();
  const { client: usb } = await connect(board, 'usb');
  await deploy(usb, model);
  await expectActive(usb, model);
  expect(await usb.trace(images[0])).toEqual(referenceExpectation(model).trace(images[0]));

  // The board replies on the port of the request.
  const { client: uart } = await connect(board, 'uart');
  await expectActive(uart, model);
  const expected = await uart.infer(images[1]);
  for (const client of [usb, uart, usb]) {
    const { logits } = await client.infer(images[1]);
    expect(logits).toEqual(expected.logits);
  }

  // A reset in the middle of an upload: the host finds the board again, and the upload resumes.
  const large = denseNetwork({ seed: 3, hidden: 250 });
  await uploadUpTo(usb, large, large.length >> 1);
  await board.reset();
  await expectActive(usb, model);
  expect((await deploy(usb, large)).model.bytesSkipped).toBeGreaterThan(0);
  await expectActive(usb, large);
});

test('an upload over USB takes less than a tenth of the time at 115,200 baud, with flash and digest', {
  timeout: 60_000,
}, async (context) => {
  requireToolchain(context);
  const board = await start();
  const { client } = await connect(board, 'usb');
  const bytes = randomBytes(65_536);
  const marks: number[] = [];
  for await (const _ of upload(client, { slot: protocol.SLOT_MODEL, bytes, digest: digestOf(bytes) }))
    marks.push(board.cycles);
  const seconds = (marks[marks.length - 1] - marks[0]) / 125e6;
  expect(seconds).toBeLessThan((bytes.length * 10) / 115_200 / 10);
});

test('a cable that is pulled in the middle of an upload', { timeout: 120_000 }, async (context) => {
  requireToolchain(context);
  let board = await start();
  const first = await connect(board, 'usb');
  await deploy(first.client, model);
  const large = denseNetwork({ seed: 3, hidden: 250 });
  let last = first;
  for (const [cut, powered] of [
    [1000, true],
    [5_001, false],
    [9_000, true],
  ] as const) {
    await uploadUpTo(last.client, large, cut);
    const lost = expect(last.client.infer(images[0])).rejects.toMatchObject({ code: 'connection-lost' });
    // A board with another supply stays on; others lose all but flash.
    if (powered) board.withHost((host) => host.unplug());
    else await board.close();
    await last.cut();
    await lost;
    if (powered) board.withHost((host) => host.plug());
    else board = await start(board.flash);
    last = await connect(board, 'usb');
    await expectActive(last.client, model);
  }
  expect((await deploy(last.client, large)).model.bytesSkipped).toBeGreaterThan(5_000);
  await expectActive(last.client, large);
});

test('a suspended bus, and a reset of the bus, in the middle of an upload', {
  timeout: 120_000,
}, async (context) => {
  requireToolchain(context);
  const board = await start();
  const { client } = await connect(board, 'usb', { timeoutMs: 300, retries: 50 });
  await deploy(client, model);
  const large = denseNetwork({ seed: 3, hidden: 250 });
  await uploadUpTo(client, large, 3_000);

  board.withHost((host) => host.suspend());
  const waits = uploadUpTo(client, large, 6_000);
  // The board is free for UART0 meanwhile.
  const { client: uart } = await connect(board, 'uart');
  await expectActive(uart, model);
  board.withHost((host) => host.resume());
  await waits;

  const again = uploadUpTo(client, large, 9_000);
  board.withHost((host) => host.reset());
  await again;
  await deploy(client, large);
  await expectActive(client, large);
});

test('a host that does not read does not stop the board', { timeout: 120_000 }, async (context) => {
  requireToolchain(context);
  const board = await start();
  const { client: usb } = await connect(board, 'usb', { timeoutMs: 500, runTimeoutMs: 1000, retries: 50 });
  await deploy(usb, model);
  board.withHost((host) => {
    host.reads = false;
  });
  const replies = Promise.all(images.map((image) => usb.infer(image)));
  const { client: uart } = await connect(board, 'uart', { connectTimeoutMs: 20_000 });
  await expectActive(uart, model);
  board.withHost((host) => {
    host.reads = true;
  });
  expect(await replies).toHaveLength(images.length);
  await expectActive(usb, model);
});

test('the first program that opens the port receives the log of the start', {
  timeout: 60_000,
}, async (context) => {
  requireToolchain(context);
  const board = await start();
  await board.withHost((host) => host.request(STATUS));
  const logs: string[][] = [];
  for (let i = 0; i < 2; i++) {
    const log: string[] = [];
    const { client, cut } = await connect(board, 'usb', { onLog: (text) => log.push(text) });
    await client.hello();
    logs.push(log);
    await board.withHost((host) => host.setOpen(false));
    await cut();
    await board.withHost((host) => host.setOpen(true));
  }
  expect(logs[0].join('')).toMatch(/^bd-edge on pico: \d+ bytes for engine and model\r\nno model yet\r\n$/);
  expect(logs[1]).toEqual([]);
});

/** Returns the numbers of a device as lists of ports do. */
function idsOf(device: Uint8Array): { vendorId: string; productId: string } {
  const view = new DataView(device.buffer, device.byteOffset);
  const digits = (at: number) => view.getUint16(at, true).toString(16).padStart(4, '0');
  return { vendorId: digits(8), productId: digits(10) };
}

/** Splits descriptors, each of which begins with its length. */
function partsOf(bytes: Uint8Array): number[][] {
  const parts: number[][] = [];
  for (let at = 0; at < bytes.length; at += bytes[at]) parts.push([...bytes.subarray(at, at + bytes[at])]);
  return parts;
}
