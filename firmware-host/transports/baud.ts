/** The default baud rate of the firmware. */
export const DEFAULT_BAUD = 115200;
