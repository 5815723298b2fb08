import { byId } from './element.js';

/** What to do about an error, where the page can. */
export interface Remedy {
  label: string;
  act: () => void;
}

/** Says what went wrong, to eyes and to screen readers; the page goes on. A bd-edge error is a sentence for people. */
export function showError(error: unknown, remedy?: Remedy): void {
  const action = byId<HTMLButtonElement>('message-action');
  byId('message-text').textContent = error instanceof Error ? error.message : String(error);
  action.hidden = remedy === undefined;
  action.textContent = remedy?.label ?? '';
  action.onclick = () => {
    hideError();
    remedy?.act();
  };
  byId('message-close').onclick = hideError;
  byId('message').hidden = false;
}

export function hideError(): void {
  byId('message').hidden = true;
}

/** Runs what a person asked for, and shows what goes wrong with it. */
export function attempt<Arguments extends unknown[]>(
  work: (...of: Arguments) => void | Promise<void>,
): (...of: Arguments) => Promise<void> {
  return async (...of) => {
    try {
      await work(...of);
    } catch (error) {
      showError(error);
    }
  };
}
