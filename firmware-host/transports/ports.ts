import { requireNode } from './require-node.js';
import { importSerialPort } from './serial.js';

/** A serial port of this computer, and the USB device behind it if known. */
export interface PortInfo {
  path: string;
  manufacturer?: string;
  serialNumber?: string;
  /** Four hexadecimal digits, like `productId`. */
  vendorId?: string;
  productId?: string;
  /** The name of the board, such as `bd-edge board (Pico)`, if it runs the firmware of this project over USB. */
  board?: string;
}

export interface PortList {
  ports: PortInfo[];
  /** The reason if the list has less information than usual. */
  note?: string;
}

/**
 * Lists the serial ports of this computer.
 *
 * On Linux, `serialport` uses `udevadm`. Containers often lack it; the list then comes from the files of the system, and
 * does not have the ports that are not on USB.
 *
 * @throws {MissingDependencyError} if the package `serialport` is not installed
 */
export async function listPorts(): Promise<PortList> {
  const { SerialPort } = await importSerialPort();
  try {
    return { ports: (await SerialPort.list()).map(portInfo) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {
      ports: await deviceFiles(),
      note: 'udevadm is not installed, so only ports on USB are listed',
    };
  }
}

function portInfo({ path, manufacturer, serialNumber, vendorId, productId }: PortInfo): PortInfo {
  const info = { path, manufacturer, serialNumber, vendorId, productId };
  return { ...info, board: boardOf(info) };
}

/** The serial number of the firmware's USB devices. Windows does not tell the names in their descriptors. */
const SERIAL_NUMBER = /^BDEDGE[0-9A-F]{16}$/i;

/** The boards by the numbers of their descriptors. */
const BOARDS: Readonly<Record<string, string>> = { '2e8a:000a': 'Pico' };

/** Returns the name of a board of this project by its USB descriptors; undefined for other devices. */
export function boardOf({
  serialNumber = '',
  vendorId,
  productId,
}: Omit<PortInfo, 'path'>): string | undefined {
  if (!SERIAL_NUMBER.test(serialNumber)) return undefined;
  const name = BOARDS[`${vendorId}:${productId}`.toLowerCase()];
  return name === undefined ? 'bd-edge board' : `bd-edge board (${name})`;
}

/** The names that Linux gives to ports on USB. `ttyS*` and others exist whether or not there is a port. */
const USB_PORT = /^tty(USB|ACM|WCH|XRUSB|MFD)\d+$/;

/**
 * Lists the ports on USB by the files of Linux.
 *
 * @param root the folder that contains `dev` and `sys`
 */
export async function deviceFiles(root = '/'): Promise<PortInfo[]> {
  const { readFile, readdir, realpath } = requireNode('node:fs', 'Listing device files').promises;
  const { join } = requireNode('node:path', 'Listing device files');
  const names = await readdir(join(root, 'dev')).catch(() => []);
  const paths = names.filter((name) => USB_PORT.test(name)).sort();
  return Promise.all(
    paths.map(async (name) => {
      // The interface, whose folder is in that of the device. A chip with a driver of its own has one more folder.
      const place = await realpath(join(root, 'sys', 'class', 'tty', name, 'device')).catch(() => undefined);
      const read = async (file: string) => {
        for (const up of ['..', '../..']) {
          const text = place && (await readFile(join(place, up, file), 'utf8').catch(() => undefined));
          if (text) return text.trim();
        }
        return undefined;
      };
      const [manufacturer, serialNumber, vendorId, productId] = await Promise.all(
        ['manufacturer', 'serial', 'idVendor', 'idProduct'].map(read),
      );
      return portInfo({ path: `/dev/${name}`, manufacturer, serialNumber, vendorId, productId });
    }),
  );
}
