import { setMaxListeners } from 'node:events';

/**
 * Returns a signal that aborts at the first Ctrl-C, SIGTERM or SIGHUP, so that a command can save its work. A second
 * Ctrl-C or SIGTERM ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every pending request listens
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  // At the end of a terminal, both the system and the shell send SIGHUP.
  process.on('SIGHUP', () => controller.abort());
  return controller.signal;
}
