import * as rfc from './rfc2217-protocol.js';

interface Setting {
  name: string;
  format: (value: number) => string;
  fix: string;
}

/** The settings of a port whose replies are checked, by command. */
export const SETTINGS: Readonly<Record<number, Setting>> = {
  [rfc.SET_BAUD_RATE]: {
    name: 'the baud rate',
    format: String,
    fix: 'choose a rate that it supports with --baud',
  },
  [rfc.SET_DATA_SIZE]: {
    name: 'the number of data bits',
    format: String,
    fix: 'set the port of the server to 8 data bits',
  },
  [rfc.SET_PARITY]: {
    name: 'the parity',
    format: (value) => ['unknown', 'none', 'odd', 'even', 'mark', 'space'][value] ?? String(value),
    fix: 'set the port of the server to no parity',
  },
  [rfc.SET_STOP_SIZE]: {
    name: 'the number of stop bits',
    format: (value) => ['unknown', '1', '2', '1.5'][value] ?? String(value),
    fix: 'set the port of the server to 1 stop bit',
  },
  [rfc.SET_CONTROL]: {
    name: 'the flow control',
    format: (value) => ['unknown', 'none', 'XON/XOFF', 'hardware'][value] ?? String(value),
    fix: 'switch the flow control of the port off on the server',
  },
};
