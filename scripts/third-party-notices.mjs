// The licenses of packages whose code lies in a bundle, as those licenses ask for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENSE = /^(licen[cs]e|notice|copying)(\.|$)/i;
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param {{ inputs: Record<string, unknown> }} metafile of esbuild
 * @returns {string} a section for each package, in the order of their names
 * @throws {Error} where a package has no file with its license
 */
export function thirdPartyNotices({ inputs }) {
  const folders = new Set(Object.keys(inputs).flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  const sections = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => LICENSE.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0) throw new Error(`${name} has no file with its license, and cannot be bundled.`);
    return [`${name} ${version}`, ...texts].join('\n\n');
  });
  return `Parts of this package are made of the following ones.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
