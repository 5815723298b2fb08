import { printable } from '@bd-edge/sdk/internal';
import { byId } from './element.js';

/** An action that may resolve an error. */
export interface Remedy {
  label: string;
  act: () => void;
}

/** Shows an error, also to screen readers. The message of a bd-edge error is a sentence for people. */
export function showError(error: unknown, remedy?: Remedy): void {
  const action = byId<HTMLButtonElement>('message-action');
  byId('message-text').textContent = printable(error instanceof Error ? error.message : String(error));
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

/** Wraps an action so that its errors are shown. */
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
