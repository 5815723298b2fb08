import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Transport } from '../transports/transport.js';
import { BoardLine } from './board-line.js';
import type { EmulatedBoard } from './emulated-board.js';
import { EmulationError } from './errors.js';

/** A board that is a process of its own, with its serial line on a socket. */
export class ChildBoard implements EmulatedBoard {
  readonly failed: Promise<Error>;
  private readonly line: BoardLine;
  private readonly exited: Promise<void>;
  private closing = false;

  /**
   * @param restart how its reset button is pressed
   * @param release called once the process has ended
   */
  constructor(
    title: string,
    private readonly child: ChildProcess,
    private readonly socket: Socket,
    private readonly restart: () => Promise<void>,
    private readonly release: () => void = () => {},
  ) {
    this.line = new BoardLine((bytes) => socket.write(bytes));
    socket.setNoDelay(true);
    socket.on('data', (bytes: Uint8Array) => this.line.send(Uint8Array.from(bytes)));
    socket.on('error', () => {});
    let said = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      said = (said + new TextDecoder().decode(bytes)).slice(-1000);
    });
    this.exited = new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      child.once('exit', () => resolve());
    });
    this.failed = new Promise((resolve) => {
      void this.exited.then(() => {
        if (this.closing) return;
        void this.line.close();
        resolve(new EmulationError(`${title} stopped by itself: ${said.trim() || 'it gave no reason'}.`));
      });
    });
  }

  attach(end: Transport): void {
    this.line.attach(end);
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
    await this.line.close();
  }
}
