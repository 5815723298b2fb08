import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { MissingDependencyError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';
import { ChildBoard } from './child-board.js';
import { emulationError } from './emulation-error.js';

/** A board of this project that QEMU emulates. */
export interface QemuMachine {
  title: string;
  /** The arguments that select it. */
  machine: string[];
  /** The duration of an instruction in the machine's time: 2 to this power, in ns. */
  instructionShift: number;
  /** Memory of the machine that a file can keep, like flash. */
  persistent?: { bytes: number; storeBytes: number };
}

export const MPS2_AN500: QemuMachine = {
  title: "QEMU's mps2-an500",
  machine: ['-M', 'mps2-an500'],
  // 32 ns: about one instruction in each of the 25 million cycles a second.
  instructionShift: 5,
  persistent: { bytes: 16 << 20, storeBytes: 2 << 20 },
};

export const NRF51: QemuMachine = {
  title: "QEMU's microbit with 32 KB of RAM",
  machine: ['-M', 'microbit', '-global', 'nrf51-soc.sram-size=32768'],
  // 64 ns: one instruction in each of the 16 million cycles a second.
  instructionShift: 6,
};

/**
 * Runs firmware in QEMU. Its clock counts instructions, so that it does not depend on the host.
 *
 * @param elf the path of `firmware.elf`
 * @param store a file that keeps the board's flash, if the machine supports it; default: flash is lost at the end
 * @throws {MissingDependencyError} if `qemu-system-arm` is not installed
 * @throws {DeviceError} `emulation-failed` if it does not start
 */
export async function startQemu(machine: QemuMachine, elf: string, store?: string): Promise<ChildBoard> {
  const { spawn } = requireNode('node:child_process', 'An emulated board');
  const { mkdtempSync, rmSync } = requireNode('node:fs', 'An emulated board');
  const { tmpdir } = requireNode('node:os', 'An emulated board');
  const { join } = requireNode('node:path', 'An emulated board');
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-qemu-'));
  const release = () => rmSync(folder, { recursive: true, force: true });
  const [serial, control] = ['serial', 'control'].map((name) => join(folder, name));
  const child = spawn(
    'qemu-system-arm',
    [
      ...machine.machine,
      ...(machine.persistent ? await keptMemory(machine.persistent, store ?? join(folder, 'store')) : []),
      ...['-kernel', elf, '-icount', `shift=${machine.instructionShift}`],
      ...['-display', 'none', '-monitor', 'none', '-parallel', 'none'],
      // QEMU starts the machine when the serial port is connected, so that its first output is not lost.
      ...['-serial', `unix:${serial},server=on,wait=on`, '-qmp', `unix:${control},server=on,wait=off`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const end = ended(child, machine.title);
  try {
    const socket = await Promise.race([connected(serial), end]);
    const monitor = await Promise.race([connected(control), end]);
    monitor.write('{"execute":"qmp_capabilities"}\n');
    monitor.on('error', () => {});
    monitor.resume();
    const restart = () => command(monitor, 'system_reset');
    return new ChildBoard(machine.title, child, socket, restart, () => {
      monitor.destroy();
      release();
    });
  } catch (error) {
    child.kill('SIGKILL');
    release();
    throw error;
  }
}

/** Returns arguments that keep the machine's memory in a file. A new file starts as erased flash. */
async function keptMemory(
  { bytes, storeBytes }: { bytes: number; storeBytes: number },
  path: string,
): Promise<string[]> {
  const { existsSync, truncateSync, writeFileSync } = requireNode('node:fs', 'An emulated board');
  if (!existsSync(path)) {
    writeFileSync(path, new Uint8Array(storeBytes).fill(0xff));
    truncateSync(path, bytes);
  }
  const file = path.replaceAll(',', ',,');
  return [
    ...['-object', `memory-backend-file,id=kept,mem-path=${file},size=${bytes},share=on`],
    ...['-machine', 'memory-backend=kept'],
  ];
}

/** The interval and the maximum number of attempts to connect to a socket that QEMU creates. */
const POLL_MS = 20;
const MAX_POLLS = 500;

async function connected(path: string): Promise<Socket> {
  const { connect } = requireNode('node:net', 'An emulated board');
  for (let poll = 0; ; poll++) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect(path, () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (cause) {
      if (poll === MAX_POLLS) throw emulationError('QEMU does not open its serial port; try again.', cause);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** Rejects when the process ends or does not start. */
function ended(child: ChildProcess, title: string): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    let output = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      output += new TextDecoder().decode(bytes);
    });
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new MissingDependencyError(
              'qemu-system-arm',
              'This board is emulated by QEMU, which is not installed; run `apt-get install qemu-system-arm` (Debian, ' +
                'Ubuntu) or `brew install qemu` (macOS).',
              { cause },
            )
          : emulationError(`QEMU does not start: ${cause.message}.`, cause),
      ),
    );
    child.once('exit', () => reject(emulationError(`${title} does not start: ${output.trim()}.`)));
  });
  end.catch(() => {});
  return end;
}

/** Executes a command; fulfilled when QEMU has done it. */
function command(monitor: Socket, execute: string): Promise<void> {
  return new Promise((resolve) => {
    const onData = (bytes: Uint8Array) => {
      if (!new TextDecoder().decode(bytes).includes('"return"')) return;
      monitor.off('data', onData);
      resolve();
    };
    monitor.on('data', onData);
    monitor.write(`${JSON.stringify({ execute })}\n`);
  });
}
