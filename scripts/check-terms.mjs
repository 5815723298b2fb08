// Part of `npm run lint`: searches the repository for terms that docs/glossary.md replaces. Its last column lists
// them; only words in `code` are searched, since the others are right elsewhere. A word that ends with `_` is a prefix.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Files that name old terms on purpose, or whose text is not this project's. */
const EXEMPT = [
  /^docs\/glossary\.md$/,
  /^CHANGELOG\.md$/,
  /^scripts\/(?:licenses\/|check-terms)/,
  /^runtimes\/page-load\.mjs$/, // PUT of HTTP
  /package-lock\.json$/,
  /^cspell\./,
  /\.(?:svg|png|bdm|wasm|bin|elf|uf2)$/,
];

/** Reads the words to search from the glossary's table. */
export function bannedTerms(glossary) {
  return glossary
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, term, , not]) =>
      Array.from(not.matchAll(/`([^`]+)`/g), ([, word]) => ({ word, term: term.replaceAll('`', '') })),
    );
}

/** Finds the terms in a text; returns one entry per place, lines counted from 1. */
export function findTerms(text, terms) {
  const patterns = terms.map(({ word, term }) => ({
    word,
    term,
    pattern: new RegExp(`(?<![\\w-])${word}${word.endsWith('_') ? '\\w+' : '(?![\\w-])'}`),
  }));
  return text
    .split('\n')
    .flatMap((line, i) =>
      patterns
        .filter(({ pattern }) => pattern.test(line))
        .map(({ word, term }) => ({ line: i + 1, word, term })),
    );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const terms = bannedTerms(readFileSync(join(ROOT, 'docs', 'glossary.md'), 'utf8'));
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file && !EXEMPT.some((pattern) => pattern.test(file)));
  let found = 0;
  for (const file of new Set(files)) {
    for (const { line, word, term } of findTerms(textOf(file), terms)) {
      console.error(`${file}:${line}: "${word}" is an old term; use "${term}" (docs/glossary.md).`);
      found++;
    }
  }
  if (found > 0) process.exitCode = 1;
}

/** The text of a file; empty if it was deleted and not committed yet. */
function textOf(file) {
  try {
    return readFileSync(join(ROOT, file), 'utf8');
  } catch {
    return '';
  }
}
