import { json } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { expectedLogits } from './testing/cases.js';
import { openInFirefox, withoutFirefox } from './testing/firefox.js';
import { writePage } from './testing/page.js';
import { serve } from './testing/serve.js';

test.skipIf(withoutFirefox)(
  'Firefox: a page, with the engine inside, on threads, in a worker',
  { timeout: 120_000 },
  async () => {
    const page = writePage(inject('project'), 'page-all.js', { tells: true });
    let answered: (what: unknown) => void = () => {};
    const answer = new Promise((resolve) => {
      answered = resolve;
    });
    const served = await serve(inject('project'), {
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
      handle(path, response) {
        if (path !== '/answer') return false;
        void json(response.req).then(answered);
        response.end();
        return true;
      },
    });
    const close = openInFirefox(`${served.url}/${page}`);
    onTestFinished(async () => {
      await close();
      await served.close();
    });
    const few = expectedLogits.slice(0, 12);
    const oneThread = { builds: ['simd'], logits: expectedLogits };
    const twoThreads = { builds: ['simd-threads, 2'], logits: few, batches: few };
    expect(await answer).toEqual({
      answer: { page: oneThread, inline: oneThread, threads: twoThreads, worker: twoThreads },
    });
  },
);
