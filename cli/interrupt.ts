import { setMaxListeners } from 'node:events';

/**
 * A signal that aborts at the first Ctrl-C, so that a verb can save what it has; a second one ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every request under way listens
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
