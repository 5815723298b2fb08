import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/socat.js';
import { deviceFiles, listPorts } from './ports.js';

test('lists ports, with a note if udevadm is missing', async () => {
  const { ports, note } = await listPorts();
  for (const { path } of ports) expect(path).not.toBe('');
  if (note !== undefined) expect(note).toContain('udevadm');
});

test.skipIf(process.platform === 'win32')('recognizes boards by the files of Linux', async () => {
  const root = temporaryDirectory();
  /** Adds the files of a port, and of the USB device above it. */
  const plugIn = (name: string, depth: string, device: Record<string, string>) => {
    const above = join(root, 'sys', 'devices', name);
    const place = join(above, depth);
    mkdirSync(place, { recursive: true });
    for (const [file, text] of Object.entries(device)) writeFileSync(join(above, file), `${text}\n`);
    const port = join(root, 'sys', 'class', 'tty', name);
    mkdirSync(port, { recursive: true });
    symlinkSync(place, join(port, 'device'));
    mkdirSync(join(root, 'dev'), { recursive: true });
    writeFileSync(join(root, 'dev', name), '');
  };
  const pico = { manufacturer: 'bd-edge', idVendor: '2e8a', idProduct: '000a' };
  plugIn('ttyACM1', '1-1:1.0', { ...pico, serial: 'BDEDGE466118C4E36B723F' });
  // Other firmware with the same numbers, and an adapter whose driver has a folder of its own.
  plugIn('ttyACM0', '1-2:1.0', { ...pico, manufacturer: 'Raspberry Pi', serial: 'E66118C4E36B723F' });
  plugIn('ttyUSB0', '1-3:1.0/ttyUSB0', { manufacturer: 'FTDI', idVendor: '0403', idProduct: '6001' });
  plugIn('ttyACM2', '1-4:1.0', { idVendor: '1234', idProduct: '5678', serial: 'BDEDGE0123456789ABCDEF' });
  writeFileSync(join(root, 'dev', 'ttyS0'), '');

  const ports = await deviceFiles(root);
  expect(ports.map(({ path, board }) => [path, board])).toEqual([
    ['/dev/ttyACM0', undefined],
    ['/dev/ttyACM1', 'bd-edge board (Pico)'],
    ['/dev/ttyACM2', 'bd-edge board'],
    ['/dev/ttyUSB0', undefined],
  ]);
  expect(ports[1]).toMatchObject({ manufacturer: 'bd-edge', vendorId: '2e8a', productId: '000a' });
  expect(ports[3].manufacturer).toBe('FTDI');
});

test('lists no ports where there are none', async () => {
  expect(await deviceFiles(temporaryDirectory())).toEqual([]);
});
