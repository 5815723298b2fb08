import { setMaxListeners } from 'node:events';

/**
 * A signal that aborts at the first Ctrl-C, SIGTERM or end of the terminal, so that a verb can save what it has; a second
 * Ctrl-C or SIGTERM ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every request under way listens
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  // A terminal's end is told by the system and by the shell too, and nobody is there to lose patience.
  process.on('SIGHUP', () => controller.abort());
  return controller.signal;
}
