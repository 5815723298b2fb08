/** The names, in INFO, of the boards whose ticks are the time of the computer on which they run. */

export const SIMULATED_BOARD_NAME = 'simulated';

/** The firmware that runs as a program on this computer. */
export const POSIX_BOARD_NAME = 'posix';
