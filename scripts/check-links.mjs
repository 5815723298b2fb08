// Part of `npm run lint`: every relative link of a Markdown page leads to a file, and its anchor to a heading there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The anchors of a page, as GitHub makes them from headings. */
export function anchorsOf(markdown) {
  const seen = new Map();
  return Array.from(withoutCode(markdown).matchAll(/^#+ +(.+)$/gm), ([, heading]) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** The relative links of a page: `{ path, anchor }`; path is empty for a link within the page. */
export function linksOf(markdown) {
  return Array.from(withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, anchor] = target.split('#');
      return { path, anchor };
    });
}

/** Keeps the text of headings and links, without blocks of code. */
const withoutCode = (markdown) => markdown.replace(/^( *)```[^]*?^\1```$/gm, '');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md'];
  const pages = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const page of new Set(pages)) {
    if (!existsSync(join(ROOT, page))) continue;
    for (const { path, anchor } of linksOf(readFileSync(join(ROOT, page), 'utf8'))) {
      const target = path === '' ? page : normalize(join(dirname(page), path));
      const file = join(ROOT, target);
      if (!existsSync(file)) report(page, `${path} does not exist`);
      else if (anchor && statSync(file).isFile() && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor))
        report(page, `${target} has no heading #${anchor}`);
    }
  }
}

function report(page, problem) {
  console.error(`${page}: ${problem}.`);
  process.exitCode = 1;
}
