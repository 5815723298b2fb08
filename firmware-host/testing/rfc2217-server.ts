import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { COM_PORT_OPTION, REPLY } from '../transports/rfc2217-protocol.js';
import { DO, escapeIac, IAC, subnegotiation, TelnetDecoder, WILL } from '../transports/telnet.js';
import type { Transport } from '../transports/transport.js';

/** What a server does otherwise than a good one. Each function returns the bytes to send, or undefined for none. */
export interface ServerBehavior {
  /** What the server's serial port carries. Default: nothing */
  board?: Transport;
  onConnect?(socket: Socket): void;
  /** Replies to WILL, WONT, DO and DONT. */
  onOption?(command: number, option: number, socket: Socket): number[] | undefined;
  /** Replies to a command of the COM-PORT option. */
  onSetting?(command: number, value: number[], socket: Socket): number[] | undefined;
}

export interface TestServer {
  url: string;
  /** The commands of the COM-PORT option that were received, with their values. */
  settings: number[][];
  /** The data that was received, unescaped. */
  data: number[];
  /** The connections. */
  sockets: Socket[];
}

/** The replies of a good server: what it accepts, and each setting as it was requested. */
export const agreeing = {
  onOption: (command: number, option: number): number[] | undefined => {
    if (command === WILL) return [IAC, DO, option];
    return command === DO ? [IAC, WILL, option] : undefined;
  },
  onSetting: (command: number, value: number[]): number[] => reply(command, ...value),
};

/** Returns the reply to a setting. */
export const reply = (command: number, ...value: number[]): number[] => [
  ...subnegotiation(COM_PORT_OPTION, [command + REPLY, ...value]),
];

/** Starts a server of RFC 2217 on a free port. It ends after the test. */
export async function rfc2217Server(behavior: ServerBehavior = {}): Promise<TestServer> {
  const { board, onConnect, onOption = agreeing.onOption, onSetting = agreeing.onSetting } = behavior;
  const settings: number[][] = [];
  const data: number[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    const send = (bytes: number[] | undefined) => bytes && socket.write(Uint8Array.from(bytes));
    const decoder = new TelnetDecoder({
      onNegotiation: (command, option) => send(onOption(command, option, socket)),
      onSubnegotiation(option, [command, ...value]) {
        if (option !== COM_PORT_OPTION) return;
        settings.push([command, ...value]);
        send(onSetting(command, value, socket));
      },
      onOverlong() {},
    });
    board?.onData((bytes) => void socket.write(escapeIac(bytes)));
    socket.on('data', (bytes) => {
      const received = decoder.push(bytes);
      data.push(...received);
      if (received.length > 0) void board?.write(received);
    });
    onConnect?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address() as { port: number };
  return { url: `rfc2217://127.0.0.1:${address.port}`, settings, data, sockets };
}
