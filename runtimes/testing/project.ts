import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cases } from './cases.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A user's project: the packed package installed, the programs and their cases beside it. */
    project: string;
    /** The packed package. */
    tarball: string;
  }
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Packs the package as it would be published, and makes a project that has it installed. */
export default function setup({ provide }: TestProject): () => void {
  const project = mkdtempSync(join(tmpdir(), 'bd-edge-runtimes-'));
  const packed = npm('pack', '--json', '--ignore-scripts', '--pack-destination', project);
  const tarball = join(project, JSON.parse(packed)[0].filename);
  const installed = join(project, 'node_modules', 'bd-edge');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules', '@noble'), join(project, 'node_modules', '@noble'));
  cpSync(join(import.meta.dirname, '..', 'programs'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  writeFileSync(join(project, 'cases.json'), JSON.stringify(cases));
  writeFileSync(join(project, 'model.bdm'), Buffer.from(cases[0].model, 'base64'));
  provide('project', project);
  provide('tarball', tarball);
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
