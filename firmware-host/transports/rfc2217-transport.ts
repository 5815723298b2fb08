import { DeviceError } from '@bd-edge/sdk/internal';
import { ConnectionLostError, InvalidResponseError } from '../errors.js';
import { Inbox } from './inbox.js';
import { portError } from './port-errors.js';
import * as rfc from './rfc2217-protocol.js';
import { SETTINGS } from './rfc2217-settings.js';
import {
  DO,
  DONT,
  escapeIac,
  IAC,
  MAX_SUBNEGOTIATION_BYTES,
  type Negotiation,
  subnegotiation,
  TelnetDecoder,
  WILL,
  WONT,
} from './telnet.js';
import type { Transport } from './transport.js';

const DATA_BITS = 8;
/** Bytes that a server may send before its port is open, and data that is kept until there is a listener. */
const MAX_KEPT_BYTES = 65536;
/** Requests of telnet that are replied to. Real servers send about ten. */
const MAX_REPLIES = 256;
/** Bytes of text that are kept for the message if the server closes the connection at once. */
const MAX_TEXT_BYTES = 80;

/** The options of telnet that both sides may use. All others are refused, echo included. */
const SUPPORTED = [rfc.COM_PORT_OPTION, rfc.BINARY_OPTION, rfc.SUPPRESS_GO_AHEAD_OPTION];

type OptionState = 'off' | 'requested' | 'on';

interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
}

function deferred(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((fulfill) => {
    resolve = fulfill;
  });
  return { promise, resolve };
}

/** RFC 2217 over a transport that carries telnet. */
export class Rfc2217Transport implements Transport {
  readonly name: string;
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private readonly decoder = new TelnetDecoder({
    onNegotiation: (command, option) => this.negotiate(command, option),
    onSubnegotiation: (option, value) => {
      if (option === rfc.COM_PORT_OPTION) this.receive(value);
    },
    onOverlong: () =>
      this.fail(this.invalid(`a telnet command has more than ${MAX_SUBNEGOTIATION_BYTES} bytes`)),
  });
  /** Our options (replies to DO and DONT) and the server's (replies to WILL and WONT). */
  private readonly ours = new Map<number, OptionState>();
  private readonly theirs = new Map<number, OptionState>();
  private replies = 0;
  private phase: 'option' | 'settings' | 'open' = 'option';
  /** The settings without a reply yet, and their values. */
  private readonly awaited = new Map<number, number>();
  private ended?: Error;
  private end!: (reason: Error) => void;
  /** Fulfills the wait of the current phase. */
  private advance: () => void = () => {};
  private received = 0;
  private hasTelnet = false;
  private text = '';
  /** Bytes that were kept because there is no listener, and the promise that stops the socket. */
  private kept = 0;
  private listening?: Deferred;
  private hasListener = false;
  private suspended?: Deferred;
  private before: Promise<void> = Promise.resolve();

  constructor(private readonly inner: Transport) {
    this.name = inner.name;
    const failed = new Promise<Error>((resolve) => {
      this.end = resolve;
    });
    this.closed = Promise.race([failed, inner.closed]);
    void this.closed.then((reason) => {
      this.ended ??= reason ?? new ConnectionLostError(this.name, 'it is closed');
      this.advance();
      this.suspended?.resolve();
    });
    inner.onData((bytes) => this.push(bytes));
  }

  /** Negotiates the option, and sets the port. @throws as `openRfc2217` */
  async start(baud: number, timeoutMs: number): Promise<void> {
    this.ours.set(rfc.COM_PORT_OPTION, 'requested');
    for (const option of [rfc.BINARY_OPTION, rfc.SUPPRESS_GO_AHEAD_OPTION]) {
      this.ours.set(option, 'requested');
      this.theirs.set(option, 'requested');
    }
    this.send([
      ...[...this.ours.keys()].flatMap((option) => [IAC, WILL, option]),
      ...[...this.theirs.keys()].flatMap((option) => [IAC, DO, option]),
    ]);
    if (!(await this.phaseEnds('settings', timeoutMs))) throw this.notRfc2217(timeoutMs);
    const set = (command: number, ...value: number[]) => [
      ...subnegotiation(rfc.COM_PORT_OPTION, [command, ...value]),
    ];
    this.awaited
      .set(rfc.SET_BAUD_RATE, baud)
      .set(rfc.SET_DATA_SIZE, DATA_BITS)
      .set(rfc.SET_PARITY, rfc.PARITY_NONE)
      .set(rfc.SET_STOP_SIZE, rfc.STOP_SIZE_1);
    this.send([
      ...set(rfc.SET_BAUD_RATE, ...rfc.bigEndian(baud)),
      ...set(rfc.SET_DATA_SIZE, DATA_BITS),
      ...set(rfc.SET_PARITY, rfc.PARITY_NONE),
      ...set(rfc.SET_STOP_SIZE, rfc.STOP_SIZE_1),
      ...set(rfc.SET_CONTROL, rfc.CONTROL_NO_FLOW),
      // Many boards send nothing without DTR.
      ...set(rfc.SET_CONTROL, rfc.CONTROL_DTR_ON),
      ...set(rfc.SET_CONTROL, rfc.CONTROL_RTS_ON),
      ...set(rfc.PURGE_DATA, rfc.PURGE_BOTH),
    ]);
    if (!(await this.phaseEnds('open', timeoutMs))) {
      const missing = [...this.awaited.keys()].map((command) => SETTINGS[command].name).join(', ');
      throw new DeviceError(
        'no-response',
        `The server at ${this.name} did not confirm ${missing} within ${timeoutMs} ms; check that its port works.`,
        { port: this.name },
      );
    }
  }

  onData(listener: (bytes: Uint8Array) => unknown): void {
    this.hasListener = true;
    this.inbox.listen(listener);
    this.listening?.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    const sent = this.before.then(async () => {
      while (this.suspended && !this.ended) await this.suspended.promise;
      if (this.ended) throw this.lost(this.ended);
      await this.inner.write(escapeIac(bytes));
    });
    this.before = sent.catch(() => {});
    return sent;
  }

  async close(): Promise<void> {
    this.listening?.resolve();
    await this.inner.close();
    await this.closed;
  }

  private lost(cause: Error): Error {
    if (cause instanceof ConnectionLostError) return cause;
    return new ConnectionLostError(this.name, cause.message.replace(/\.$/, ''), { cause });
  }

  /** Waits until a phase is reached. @returns false if the time is over; throws if the connection ended */
  private async phaseEnds(next: 'settings' | 'open', timeoutMs: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isReached = () => this.phase === next || this.phase === 'open';
    if (!isReached() && !this.ended) {
      await new Promise<void>((resolve) => {
        this.advance = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
    }
    clearTimeout(timer);
    if (this.ended) throw this.openingError(this.ended);
    return isReached();
  }

  private push(bytes: Uint8Array): unknown {
    if (this.ended) return undefined;
    this.received += bytes.length;
    const data = this.decoder.push(bytes);
    if (this.phase !== 'open') {
      if (this.text.length < MAX_TEXT_BYTES)
        this.text += String.fromCharCode(...data.subarray(0, MAX_TEXT_BYTES - this.text.length));
      if (this.received > MAX_KEPT_BYTES)
        this.fail(this.invalid(`it sent ${MAX_KEPT_BYTES} bytes before its port was open`));
    }
    if (data.length === 0 || this.ended) return undefined;
    const taken = this.inbox.take(data);
    if (this.hasListener) return taken;
    this.kept += data.length;
    if (this.kept <= MAX_KEPT_BYTES) return undefined;
    this.listening ??= deferred();
    return this.listening.promise;
  }

  /** Replies to a request unless it confirms one of ours or changes nothing, so that no two sides reply forever. */
  private negotiate(command: Negotiation, option: number): void {
    this.hasTelnet = true;
    const isOurs = command === DO || command === DONT;
    const states = isOurs ? this.ours : this.theirs;
    const before = states.get(option) ?? 'off';
    const isWanted = (command === DO || command === WILL) && SUPPORTED.includes(option);
    states.set(option, isWanted ? 'on' : 'off');
    if (option === rfc.COM_PORT_OPTION && isOurs) {
      if (command === DONT) this.fail(this.refused());
      else if (this.phase === 'option') this.enter('settings');
    }
    const isRefusal = !isWanted && (command === DO || command === WILL);
    if (isWanted ? before !== 'off' : before !== 'on' && !isRefusal) return;
    if (++this.replies > MAX_REPLIES)
      this.fail(this.invalid(`it sent more than ${MAX_REPLIES} requests of telnet`));
    if (this.ended) return;
    this.send([IAC, isOurs ? (isWanted ? WILL : WONT) : isWanted ? DO : DONT, option]);
  }

  /** Handles a command of the COM-PORT option. */
  private receive([command, ...value]: Uint8Array): void {
    switch (command) {
      case rfc.FLOW_CONTROL_SUSPEND:
      case rfc.REPLY + rfc.FLOW_CONTROL_SUSPEND:
        this.suspended ??= deferred();
        return;
      case rfc.FLOW_CONTROL_RESUME:
      case rfc.REPLY + rfc.FLOW_CONTROL_RESUME:
        this.suspended?.resolve();
        this.suspended = undefined;
        return;
      case rfc.REPLY + rfc.SET_CONTROL:
        if (value[0] === rfc.CONTROL_XON_XOFF || value[0] === rfc.CONTROL_HARDWARE)
          this.fail(this.rejected(rfc.SET_CONTROL, rfc.CONTROL_NO_FLOW, value[0]));
        return;
      default:
        this.confirm(command - rfc.REPLY, value);
    }
  }

  /** Handles the reply to a setting. Replies that nothing was sent for are ignored, such as repeated ones. */
  private confirm(command: number, value: number[]): void {
    const expected = this.awaited.get(command);
    if (expected === undefined) return;
    const bytes = command === rfc.SET_BAUD_RATE ? 4 : 1;
    const received = value.reduce((sum, byte) => 256 * sum + byte, 0);
    if (value.length !== bytes) {
      const problem = `the reply about ${SETTINGS[command].name} has ${value.length} bytes; expected ${bytes}`;
      this.fail(this.invalid(problem));
    } else if (received !== expected) {
      this.fail(this.rejected(command, expected, received));
    } else {
      this.awaited.delete(command);
      if (this.awaited.size === 0) this.enter('open');
    }
  }

  private enter(phase: 'settings' | 'open'): void {
    this.phase = phase;
    this.advance();
  }

  private send(bytes: number[]): void {
    // A failed write also ends the connection, which reports the reason.
    this.inner.write(Uint8Array.from(bytes)).catch(() => {});
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    this.end(error);
    void this.inner.close();
  }

  private invalid(problem: string): InvalidResponseError {
    return new InvalidResponseError(this.name, problem);
  }

  private refused(): DeviceError {
    return new DeviceError(
      'rfc2217-refused',
      `The server at ${this.name} refuses RFC 2217; enable it (ser2net: telnet(rfc2217)), or use socket:// with a raw port.`,
      { port: this.name },
    );
  }

  private rejected(command: number, expected: number, received: number): DeviceError {
    const { name, format, fix } = SETTINGS[command];
    return new DeviceError(
      'port-setting-rejected',
      `The server at ${this.name} did not set ${name}: expected ${format(expected)}, received ${format(received)}; ${fix}.`,
      { port: this.name },
    );
  }

  private notRfc2217(timeoutMs: number): DeviceError {
    const problem = this.hasTelnet
      ? 'speaks telnet without RFC 2217; enable it on the server (ser2net: telnet(rfc2217))'
      : this.received > 0
        ? 'does not speak telnet; use socket:// for a raw port'
        : `did not reply to RFC 2217 within ${timeoutMs} ms; use socket:// for a raw port`;
    return new DeviceError('not-rfc2217', `The server at ${this.name} ${problem}.`, { port: this.name });
  }

  /** Adds what the server printed to the error of a connection that it closed at once. */
  private openingError(error: Error): Error {
    if (!(error instanceof ConnectionLostError)) return error;
    const text = this.text.replace(/[^\x20-\x7e]+/g, ' ').trim();
    if (/in use|busy/i.test(text)) {
      const message = `${this.name} is in use: its server says "${text}"; close the other program first.`;
      return portError('port-busy', this.name, message, error);
    }
    if (/open fail/i.test(text)) {
      const message = `The server at ${this.name} cannot open its port: it says "${text}"; check that the board is plugged in there.`;
      return portError('port-open-failed', this.name, message, error);
    }
    const reason = text === '' ? 'before its port was open' : `and said "${text}"`;
    return new ConnectionLostError(this.name, `the server closed it ${reason}`, { cause: error });
  }
}
