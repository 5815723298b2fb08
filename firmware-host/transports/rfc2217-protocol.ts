/** Numbers of RFC 2217, "Telnet Com Port Control Option". Replies of the server are 100 higher. */
export const COM_PORT_OPTION = 44;
export const BINARY_OPTION = 0;
export const SUPPRESS_GO_AHEAD_OPTION = 3;

export const SET_BAUD_RATE = 1;
export const SET_DATA_SIZE = 2;
export const SET_PARITY = 3;
export const SET_STOP_SIZE = 4;
export const SET_CONTROL = 5;
export const FLOW_CONTROL_SUSPEND = 8;
export const FLOW_CONTROL_RESUME = 9;
export const PURGE_DATA = 12;
export const REPLY = 100;

export const PARITY_NONE = 1;
export const STOP_SIZE_1 = 1;
export const CONTROL_NO_FLOW = 1;
export const CONTROL_XON_XOFF = 2;
export const CONTROL_HARDWARE = 3;
export const CONTROL_DTR_ON = 8;
export const CONTROL_RTS_ON = 11;
export const PURGE_BOTH = 3;

/** The bytes of a 32-bit number, most significant first. */
export const bigEndian = (value: number): number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];
