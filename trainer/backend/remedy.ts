import type { BackendName } from './backend.js';

/** What to do so that a backend loads. */
export const remedy: Record<BackendName, string> = {
  native:
    'run `npm install @tensorflow/tfjs @tensorflow/tfjs-node` (in a checkout of bd-edge `npm run setup:tfjs-node`)',
  wasm: 'run `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`',
};

/** Why something failed, in one line: without the stack and the advice that some libraries put into a message. */
export const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .trim()
    .split('\n')[0]
    .replace(/[\s.]+$/, '');
