/** Finds out how this copy of bd-edge was installed, and which command adds an optional package to it. */
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from './package.json';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface Installation {
  /**
   * - `clone`: a checkout of the repository
   * - `npx`: a temporary installation by npx
   * - `global`: for all projects of a user
   * - `local`: a dependency of a project
   */
  readonly kind: 'clone' | 'npx' | 'global' | 'local';
  readonly manager: PackageManager;
}

/** The packages that bd-edge works without, except for some commands. */
export type OptionalPackage = '@bd-edge/trainer' | '@tensorflow/tfjs-node';

export interface Surroundings {
  /** The real path of a file of the package `bd-edge`. */
  file: string;
  /** Returns whether a file exists. */
  exists?: (path: string) => boolean;
}

/** The global folders of pnpm, yarn and bun have a package.json, as projects have. */
const GLOBAL_FOLDERS =
  /[\\/](?:pnpm[\\/]global|yarn[\\/](?:Data[\\/])?global|\.bun[\\/]install[\\/]global)[\\/]/;

/** Determines the kind of installation from the path of a file in it. */
export function findInstallation({ file, exists = existsSync }: Surroundings): Installation {
  const { dirname, join, sep } = file.includes('\\') ? win32 : posix;
  const parts = file.split(sep);
  // The outermost folder: pnpm nests node_modules/.pnpm/bd-edge@1.0.0/node_modules/bd-edge.
  const at = parts.indexOf('node_modules');
  if (at < 0) return { kind: 'clone', manager: 'npm' };
  if (parts[at - 2] === '_npx') return { kind: 'npx', manager: 'npm' };
  const modules = parts.slice(0, at + 1).join(sep);
  const manager = managerOf(file, (name) => exists(join(dirname(modules), name)));
  const isProject = exists(join(dirname(modules), 'package.json'));
  return { kind: isProject && !GLOBAL_FOLDERS.test(file) ? 'local' : 'global', manager };
}

function managerOf(file: string, isBeside: (name: string) => boolean): PackageManager {
  if (/[\\/]\.pnpm[\\/]|[\\/]pnpm[\\/]global[\\/]/.test(file) || isBeside('pnpm-lock.yaml')) return 'pnpm';
  if (/[\\/]yarn[\\/](?:Data[\\/])?global[\\/]/.test(file) || isBeside('yarn.lock')) return 'yarn';
  if (/[\\/]\.bun[\\/]/.test(file) || isBeside('bun.lock') || isBeside('bun.lockb')) return 'bun';
  return 'npm';
}

/**
 * Returns the one command that adds an optional package to an installation.
 *
 * A global or temporary installation is installed again: a second copy of @bd-edge/sdk beside it would have error
 * classes of its own.
 *
 * @param version the version of bd-edge
 */
export function installCommand(
  { kind, manager }: Installation,
  dependency: OptionalPackage,
  version: string,
): string {
  const own = dependency === '@bd-edge/trainer';
  if (kind === 'clone') return own ? 'npm install' : 'npm run setup:tfjs-node';
  const added = own ? `${dependency}@${version}` : dependency;
  if (kind === 'npx') return `npx --package bd-edge@${version} --package ${added} bd-edge`;
  if (kind === 'local') return `${ADD_LOCAL[manager]} ${added}`;
  return `${ADD_GLOBAL[manager]} bd-edge@${version}${manager === 'npm' ? ' --include=optional' : ''}`;
}

const ADD_LOCAL: Record<PackageManager, string> = {
  npm: 'npm install',
  pnpm: 'pnpm add',
  yarn: 'yarn add',
  bun: 'bun add',
};

const ADD_GLOBAL: Record<PackageManager, string> = {
  npm: 'npm install --global',
  pnpm: 'pnpm add --global',
  yarn: 'yarn global add',
  bun: 'bun add --global',
};

/** Returns the command that adds an optional package to the running installation. */
export function ownInstallCommand(dependency: OptionalPackage): string {
  return installCommand(findInstallation({ file: fileURLToPath(import.meta.url) }), dependency, version);
}
