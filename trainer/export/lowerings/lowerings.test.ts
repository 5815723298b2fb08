import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOWERINGS } from './index.js';

test('docs/networks.md lists every layer that can be exported', () => {
  const page = readFileSync(new URL('../../../docs/networks.md', import.meta.url), 'utf8');
  const rows = LOWERINGS.map(
    ({ className, becomes, condition }) => `| \`${className}\` | ${becomes} | ${condition} |`,
  );
  expect(page).toContain(['| layer | becomes | condition |', '| --- | --- | --- |', ...rows, ''].join('\n'));
});

test('each layer has one lowering', () => {
  const names = LOWERINGS.map(({ className }) => className);
  expect(new Set(names).size).toBe(names.length);
});
