import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { MissingPartError } from '../transports/errors.js';
import { requireNode } from '../transports/require-node.js';
import { ChildBoard } from './child-board.js';
import { EmulationError } from './errors.js';

/** A machine that QEMU emulates, as a board of ours. */
export interface QemuMachine {
  title: string;
  /** Arguments that choose it. */
  machine: string[];
  /** Nanoseconds of its time that each instruction takes, as a power of two. */
  instructionShift: number;
  /** Memory of the machine that can be kept in a file, and so outlive QEMU as flash outlives power. */
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
 * Runs firmware in QEMU. Time there is counted in instructions, so that it does not depend on this machine.
 *
 * @param elf the path of `firmware.elf`
 * @param store a file that keeps the board's flash, where the machine can; default: it lasts as long as QEMU
 * @throws {MissingPartError} if `qemu-system-arm` is not installed
 * @throws {EmulationError} if it does not start
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
      // QEMU lets the machine run once the serial line is connected, so that nothing is lost that it says first.
      ...['-serial', `unix:${serial},server=on,wait=on`, '-qmp', `unix:${control},server=on,wait=off`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const end = ended(child, machine.title);
  try {
    const line = await Promise.race([connected(serial), end]);
    const monitor = await Promise.race([connected(control), end]);
    monitor.write('{"execute":"qmp_capabilities"}\n');
    monitor.on('error', () => {});
    monitor.resume();
    const restart = () => command(monitor, 'system_reset');
    return new ChildBoard(machine.title, child, line, restart, () => {
      monitor.destroy();
      release();
    });
  } catch (error) {
    child.kill('SIGKILL');
    release();
    throw error;
  }
}

/** Arguments that put the machine's memory in a file; a new file begins as erased flash. */
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

/** How often, and how many times, QEMU is looked for at a socket that it is about to make. */
const POLL_MS = 20;
const POLLS = 500;

async function connected(path: string): Promise<Socket> {
  const { connect } = requireNode('node:net', 'An emulated board');
  for (let poll = 0; ; poll++) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect(path, () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (cause) {
      if (poll === POLLS)
        throw new EmulationError('QEMU does not open its serial line; try again.', { cause });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** Rejected when the process ends or never begins. */
function ended(child: ChildProcess, title: string): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    let said = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      said += new TextDecoder().decode(bytes);
    });
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new MissingPartError(
              'This board is emulated by QEMU, which is not installed; run `npm run setup:boards`, ' +
                '`apt-get install qemu-system-arm` or `brew install qemu`.',
              { cause },
            )
          : new EmulationError(`QEMU does not start: ${cause.message}.`, { cause }),
      ),
    );
    child.once('exit', () => reject(new EmulationError(`${title} does not start: ${said.trim()}.`)));
  });
  end.catch(() => {});
  return end;
}

/** Fulfilled once QEMU has done it. */
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
