import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BoardClient, type ConnectOptions, openPort } from '@bd-edge/host/internal';
import { onTestFinished } from 'vitest';

/** Firmware that runs as a process until the end of the test. */
export class BoardProcess {
  private constructor(
    /** Its address for `openPort`. */
    readonly port: string,
    private readonly child: ChildProcess,
    private readonly errors: { text: string },
  ) {}

  /** Starts it. @param program the result of `buildPosix` @param args see firmware/ports/posix/main.c */
  static async start(program: string, args: string[] = []): Promise<BoardProcess> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = { text: '' };
    child.stderr.on('data', (text) => {
      errors.text += text;
      console.log(String(text));
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${errors.text}`)));
    });
    return new BoardProcess(port, child, errors);
  }

  async connect(options?: ConnectOptions): Promise<BoardClient> {
    const client = await BoardClient.connect(await openPort(this.port), options);
    onTestFinished(() => client.close());
    return client;
  }

  /** Its error output, which contains the reports of the sanitizers. */
  get complaints(): string {
    return this.errors.text;
  }

  /** Whether it is running. */
  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Simulates a power loss: flash survives. */
  async kill(): Promise<void> {
    if (!this.runs) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Waits for its exit code. */
  ended(): Promise<number | null> {
    if (!this.runs) return Promise.resolve(this.child.exitCode);
    return new Promise((resolve) => this.child.once('exit', resolve));
  }
}
