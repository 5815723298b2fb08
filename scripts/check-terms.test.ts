import { expect, test } from 'vitest';
import { bannedTerms, findTerms } from './check-terms.mjs';

const glossary = `# Glossary
| term | meaning | not |
| --- | --- | --- |
| method | a way to train | \`rival\`, lane |
| \`MAX_\` | prefix of a limit | \`MOST_\` |
| seed | a number | |
`;

test('reads only the words in code from the last column', () => {
  expect(bannedTerms(glossary)).toEqual([
    { word: 'rival', term: 'method' },
    { word: 'MOST_', term: 'MAX_' },
  ]);
});

test('finds whole words and prefixes', () => {
  const terms = bannedTerms(glossary);
  expect(findTerms('a method\nits rival\nMOST_BYTES = 1', terms)).toEqual([
    { line: 2, word: 'rival', term: 'method' },
    { line: 3, word: 'MOST_', term: 'MAX_' },
  ]);
  expect(findTerms('arrival, rivalry, --rival-rates, ALMOST_, lane', terms)).toEqual([]);
});
