import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Transport } from '../transports/transport.js';
import type { EmulatedBoard } from './emulated-board.js';
import { emulationError } from './emulation-error.js';
import { TransportSocket } from './transport-socket.js';

/** A board that is a separate process, with its serial port on a socket. */
export class ChildBoard implements EmulatedBoard {
  readonly failed: Promise<Error>;
  private readonly port: TransportSocket;
  private readonly exited: Promise<void>;
  private closing = false;

  /**
   * @param restart presses the reset button
   * @param release called once the process has ended
   */
  constructor(
    title: string,
    private readonly child: ChildProcess,
    private readonly socket: Socket,
    private readonly restart: () => Promise<void>,
    private readonly release: () => void = () => {},
  ) {
    this.port = new TransportSocket((bytes) => socket.write(bytes));
    socket.setNoDelay(true);
    socket.on('data', (bytes: Uint8Array) => this.port.send(Uint8Array.from(bytes)));
    socket.on('error', () => {});
    let output = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      output = (output + new TextDecoder().decode(bytes)).slice(-1000);
    });
    this.exited = new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      child.once('exit', () => resolve());
    });
    this.failed = new Promise((resolve) => {
      void this.exited.then(() => {
        if (this.closing) return;
        void this.port.close();
        resolve(emulationError(`${title} stopped unexpectedly: ${output.trim() || 'it gave no reason'}.`));
      });
    });
  }

  attach(end: Transport): void {
    this.port.attach(end);
  }

  reset(): Promise<void> {
    return this.restart();
  }

  async close(): Promise<void> {
    this.closing = true;
    this.child.kill('SIGKILL');
    await this.exited;
    this.socket.destroy();
    this.release();
    await this.port.close();
  }
}
