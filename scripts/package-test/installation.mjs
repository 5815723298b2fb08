import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nodeEnvironment } from '../node-versions.mjs';

const WINDOWS = process.platform === 'win32';

/** A user's machine: an empty home, an empty project, one version of Node, and an npm that knows one registry. */
export class Machine {
  /**
   * @param folder an empty folder
   * @param node the major version of Node
   * @param cache npm's cache, which machines may share
   */
  constructor(folder, { node, registry, cache }) {
    this.project = join(folder, 'project');
    this.prefix = join(folder, 'global');
    const home = join(folder, 'home');
    for (const path of [this.project, this.prefix, home]) mkdirSync(path, { recursive: true });
    writeFileSync(
      join(this.project, 'package.json'),
      '{ "name": "user", "private": true, "type": "module" }\n',
    );
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_|^(NODE_ENV|CI|BD_EDGE_\w+)$/i.test(name)),
    );
    const bins = [join(this.project, 'node_modules', '.bin'), join(this.prefix, WINDOWS ? '' : 'bin')];
    const { PATH } = nodeEnvironment(node, environment);
    this.environment = {
      ...environment,
      PATH: [...bins, PATH].join(delimiter),
      HOME: home,
      USERPROFILE: home,
      npm_config_prefix: this.prefix,
      npm_config_cache: cache,
      npm_config_registry: registry,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    };
  }

  /** Runs a command line in the project. @returns its exit code, output, and seconds */
  async run(commandLine) {
    const started = performance.now();
    const child = spawn(commandLine, { cwd: this.project, env: this.environment, shell: true });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => {
        said[name] += text;
      });
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { commandLine, status, ...said, seconds: (performance.now() - started) / 1000 };
  }

  /** Starts a command line that runs until it is stopped. @returns its first line of output, and what stops it */
  async start(commandLine) {
    const [program, ...args] = commandLine.split(' ');
    const child = spawn(program, args, { cwd: this.project, env: this.environment });
    let said = '';
    const line = await new Promise((resolve, reject) => {
      const collect = (text) => {
        said += text;
      };
      child.stderr.setEncoding('utf8').on('data', collect);
      child.stdout.setEncoding('utf8').on('data', (text) => {
        collect(text);
        if (said.includes('\n')) resolve(said.split('\n')[0]);
      });
      child.once('error', reject);
      child.once('close', (status) => reject(new Error(`${commandLine} ended with ${status}: ${said}`)));
    });
    return { line, stop: () => child.kill('SIGINT') };
  }
}

/** Returns the bytes that the files of a folder take on disk. */
export function diskBytes(folder) {
  const size = (path) => {
    const stats = statSync(path);
    return stats.isDirectory() ? diskBytes(path) : (stats.blocks ?? stats.size / 512) * 512;
  };
  return readdirSync(folder).reduce((sum, name) => sum + size(join(folder, name)), 0);
}
