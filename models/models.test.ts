import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cardMarkdown } from '../scripts/model-card.mjs';
import { type Card, countCorrect, verifySamples } from './verify.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'model.bdm')));

it('the list has all models, and no others', () => {
  const listed = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]/gm);
  expect([...listed].map(([, name]) => name)).toEqual(names.sort());
});

// vitest rejects a `describe.each` without cases.
describe.each(names.length > 0 ? names : [undefined])('%s', (name) => {
  if (name === undefined) return it.skip('there is no model yet', () => {});
  const at = join(folder, name);

  it('has the file of its card, and the stored logits in the reference and in the engine', async () => {
    const { card, sha256, sizes, stored, reference, wasm } = await verifySamples(at);
    expect({ sha256, sizes, name }).toEqual({ sha256: card.sha256, sizes: card.sizes, name: card.name });
    expect(readFileSync(join(at, 'README.md'), 'utf8')).toBe(cardMarkdown(card));
    expect(sizes.fileBytes).toBeLessThan(300_000);
    expect(stored.length).toBeGreaterThan(0);
    expect(reference).toEqual(stored);
    expect(wasm).toEqual(stored);
  });

  it('has the accuracy of its card', async (context) => {
    const card: Card = JSON.parse(readFileSync(join(at, 'card.json'), 'utf8'));
    const correct = await countCorrect(at, card.data.name);
    if (correct === undefined) return context.skip(`${card.data.name} is not installed`);
    expect(correct).toBe(card.accuracy.correct);
  }, 600_000);
});
