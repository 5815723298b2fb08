import { requireNode } from './require-node.js';
import { importSerialPort } from './serial.js';

/** A serial port of this computer; what is known of a USB device behind it. */
export interface PortInfo {
  path: string;
  manufacturer?: string;
  serialNumber?: string;
  /** Four hexadecimal digits, as `productId`. */
  vendorId?: string;
  productId?: string;
}

export interface PortList {
  ports: PortInfo[];
  /** Why less is known of the ports than usual, where that is so. */
  note?: string;
}

/**
 * The serial ports of this computer.
 *
 * On Linux, `serialport` asks `udevadm`. Containers often lack it: then the device files are listed, by name only.
 *
 * @throws {MissingPartError} if the package `serialport` is not installed
 */
export async function listPorts(): Promise<PortList> {
  const { SerialPort } = await importSerialPort();
  try {
    return { ports: (await SerialPort.list()).map(portInfo) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {
      ports: await deviceFiles(),
      note: 'udevadm is not installed, so only the names of ports are known',
    };
  }
}

function portInfo({ path, manufacturer, serialNumber, vendorId, productId }: PortInfo): PortInfo {
  return { path, manufacturer, serialNumber, vendorId, productId };
}

/** `ttyS*` is left out: Linux makes those files whether or not there is a port. */
async function deviceFiles(): Promise<PortInfo[]> {
  const names = await requireNode('node:fs', 'Listing device files')
    .promises.readdir('/dev')
    .catch(() => []);
  return names
    .filter((name) => /^tty(USB|ACM|AMA|WCH|XRUSB|MFD|O)\d+$|^rfcomm\d+$/.test(name))
    .sort()
    .map((name) => ({ path: `/dev/${name}` }));
}
