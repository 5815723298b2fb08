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
}

export interface PortList {
  ports: PortInfo[];
  /** The reason if the list has less information than usual. */
  note?: string;
}

/**
 * Lists the serial ports of this computer.
 *
 * On Linux, `serialport` uses `udevadm`. Containers often lack it; the list then has the names of device files only.
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
      note: 'udevadm is not installed, so only the names of the ports are known',
    };
  }
}

function portInfo({ path, manufacturer, serialNumber, vendorId, productId }: PortInfo): PortInfo {
  return { path, manufacturer, serialNumber, vendorId, productId };
}

/** Omits `ttyS*`: Linux creates these files whether or not a port exists. */
async function deviceFiles(): Promise<PortInfo[]> {
  const names = await requireNode('node:fs', 'Listing device files')
    .promises.readdir('/dev')
    .catch(() => []);
  return names
    .filter((name) => /^tty(USB|ACM|AMA|WCH|XRUSB|MFD|O)\d+$|^rfcomm\d+$/.test(name))
    .sort()
    .map((name) => ({ path: `/dev/${name}` }));
}
