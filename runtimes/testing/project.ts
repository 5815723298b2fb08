import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cases } from './cases.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A user's project: the packed packages installed, the programs and their cases beside them. */
    project: string;
    /** The packed packages by name. */
    tarballs: Record<string, string>;
  }
}

const ROOT = join(import.meta.dirname, '..', '..');

/** The packages of these folders are packed. Their dependencies are linked from the workspace. */
const FOLDERS = ['sdk', 'trainer', 'compile', 'import', 'firmware-host', 'models', 'cli'];
const DEPENDENCIES = ['@noble/hashes'];

/** Packs the packages as they would be published, and makes a project that has them installed. */
export default function setup({ provide }: TestProject): () => void {
  const project = mkdtempSync(join(tmpdir(), 'bd-edge-runtimes-'));
  const modules = join(project, 'node_modules');
  const workspaces = FOLDERS.map((folder) => `--workspace=${folder}`);
  const packed: { name: string; filename: string }[] = JSON.parse(
    npm('pack', '--json', '--ignore-scripts', '--pack-destination', project, ...workspaces),
  );
  const tarballs = Object.fromEntries(packed.map(({ name, filename }) => [name, join(project, filename)]));
  for (const [name, tarball] of Object.entries(tarballs)) {
    mkdirSync(join(modules, name), { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', join(modules, name), '--strip-components=1']);
  }
  for (const name of DEPENDENCIES) {
    mkdirSync(join(modules, name, '..'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  cpSync(join(import.meta.dirname, '..', 'programs'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  writeFileSync(join(project, 'cases.json'), JSON.stringify(cases));
  writeFileSync(join(project, 'model.bdm'), Buffer.from(cases[0].model, 'base64'));
  provide('project', project);
  provide('tarballs', tarballs);
  return () => rmSync(project, { recursive: true, force: true });
}

function npm(...args: string[]): string {
  const shell = process.platform === 'win32';
  return execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
