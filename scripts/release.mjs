// Releases all packages with one version.
//
//     npm run release -- VERSION             sets the version everywhere, dates the changelog, commits and tags
//     npm run release -- VERSION --dry-run   only checks
//     npm run release -- --publish           publishes the tagged version; CI runs it (.github/workflows/release.yml)
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PACKAGE_FOLDERS } from './package-test/pack.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const VERSION = /^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/;
const CHANGELOG = join(ROOT, 'CHANGELOG.md');

/**
 * Sets the version of a package, and of the workspace's packages that it depends on.
 *
 * @param {{ version: string }} manifest a package.json
 * @param {string[]} names the names of the workspace's packages
 */
export function withVersion(manifest, version, names) {
  const changed = { ...manifest, version };
  for (const kind of ['dependencies', 'optionalDependencies'])
    if (manifest[kind])
      changed[kind] = Object.fromEntries(
        Object.entries(manifest[kind]).map(([name, old]) => [name, names.includes(name) ? version : old]),
      );
  return changed;
}

/**
 * Moves the entries of "Unreleased" under a version.
 *
 * @returns the new text; undefined if there are no entries
 */
export function withRelease(changelog, version, date) {
  const entries = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog)?.[1].trim();
  if (!entries) return undefined;
  return changelog.replace(/^## Unreleased\n/m, `## Unreleased\n\n## ${version} (${date})\n`);
}

function release(version, dryRun) {
  if (!VERSION.test(version)) fail(`expected a version such as 1.2.3; received ${version}`);
  const changelog = withRelease(
    readFileSync(CHANGELOG, 'utf8'),
    version,
    new Date().toISOString().slice(0, 10),
  );
  if (changelog === undefined) fail('CHANGELOG.md has no entries under "Unreleased".');
  if (git('tag', '--list', `v${version}`)) fail(`the tag v${version} exists already.`);
  if (git('status', '--porcelain')) fail('the working tree has changes; commit them first.');
  if (dryRun) return console.log(`v${version} can be released.`);

  writeFileSync(CHANGELOG, changelog);
  const manifests = PACKAGE_FOLDERS.map((folder) => ({ folder, manifest: readManifest(folder) }));
  const names = manifests.map(({ manifest }) => manifest.name);
  for (const { folder, manifest } of manifests)
    writeFileSync(manifestOf(folder), `${JSON.stringify(withVersion(manifest, version, names), null, 2)}\n`);
  run('npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund');
  git('commit', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`v${version} is tagged. Publish it: git push --follow-tags`);
}

/** Publishes the packages that the registry does not have yet, each after its dependencies. */
function publish() {
  const { GITHUB_REF_NAME, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
  const packages = PACKAGE_FOLDERS.map((folder) => ({ folder, manifest: readManifest(folder) }));
  for (const { folder, manifest } of packages) {
    if (GITHUB_REF_NAME !== `v${manifest.version}`)
      fail(`the tag is ${GITHUB_REF_NAME}, but ${manifest.name} has ${manifest.version}.`);
    // Provenance requires the address of the repository that the workflow runs in.
    const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
    const repository = { type: 'git', url, directory: folder };
    writeFileSync(manifestOf(folder), `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`);
  }
  for (const { folder, manifest } of packages) {
    const { name, version } = manifest;
    if (isPublished(name, version)) console.log(`${name}@${version} is published already.`);
    else run('npm', 'publish', `--workspace=${folder}`, '--tag', version.includes('-') ? 'next' : 'latest');
  }
}

function isPublished(name, version) {
  try {
    execFileSync('npm', ['view', `${name}@${version}`, 'version'], { stdio: ['ignore', 'ignore', 'ignore'] });
    return true;
  } catch {
    return false;
  }
}

function manifestOf(folder) {
  return join(ROOT, folder, 'package.json');
}

function readManifest(folder) {
  return JSON.parse(readFileSync(manifestOf(folder), 'utf8'));
}

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function run(...[program, ...args]) {
  execFileSync(program, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
}

function fail(message) {
  console.error(`Cannot release: ${message}`);
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
    },
  });
  if (options.publish) publish();
  else release(positionals[0] ?? '', options['dry-run']);
}
