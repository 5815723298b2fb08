// Collects the licenses of packages whose code is part of a bundle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LICENSE = /^(licen[cs]e|notice|copying)(\.|$)/i;
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param {{ inputs: Record<string, unknown> }} metafile of esbuild
 * @returns {string | undefined} a section for each package, in the order of their names; undefined without packages
 * @throws {Error} if a package has no license file
 */
export function thirdPartyNotices({ inputs }) {
  const folders = new Set(Object.keys(inputs).flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  if (folders.size === 0) return undefined;
  const sections = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => LICENSE.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0) texts.push(...standardText(license));
    if (texts.length === 0) throw new Error(`${name} has no license file and cannot be bundled.`);
    return [`${name} ${version}`, ...texts].join('\n\n');
  });
  return `This package contains code of the following packages.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Returns the standard text of a license, for packages that name it without a license file. */
function standardText(license) {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'licenses', `${license}.txt`);
  return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
}
