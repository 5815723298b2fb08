import { expect, test } from 'vitest';
import { anchorsOf, linksOf } from './check-links.mjs';

test('makes anchors as GitHub does', () => {
  expect(anchorsOf('# The `.bdm` buffer, version 1\n## A\n## A\n### [Link](x.md) & more')).toEqual([
    'the-bdm-buffer-version-1',
    'a',
    'a-1',
    'link--more',
  ]);
});

test('finds relative links only, and none in code', () => {
  const page = '[a](x.md#b) [c](https://x.y/z) [d](#e)\n```js\n[f](g.md)\n```\n![h](i.svg)\n';
  expect(linksOf(page)).toEqual([
    { path: 'x.md', anchor: 'b' },
    { path: '', anchor: 'e' },
    { path: 'i.svg', anchor: undefined },
  ]);
});
