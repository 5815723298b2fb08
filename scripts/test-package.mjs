// `npm run test:package`: packs all packages and installs them as users do: locally and globally, with and without
// optional dependencies, on each supported version of Node, from tarballs and from a registry. Every machine has an
// empty home. On each, the commands of the README run without a further install.
//
//     npm run test:package [-- --only NAME]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import sharp from 'sharp';
import { diskBytes, Machine } from './package-test/installation.mjs';
import { packAll } from './package-test/pack.mjs';
import { startRegistry } from './package-test/registry.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'bd-edge-package-'));
const MB = 2 ** 20;
let failures = 0;

/** The files that a tarball may contain. */
const COMMON_FILES =
  /^(package\.json|README\.md|LICENSE|dist\/([\w.-]+\.(js|d\.ts)|THIRD-PARTY-NOTICES\.txt))$/;
const NONE = /$^/;
const BELONGS = {
  '@bd-edge/sdk': /^dist\/[\w-]+\.wasm$/,
  '@bd-edge/compile': NONE,
  '@bd-edge/import': NONE,
  '@bd-edge/host': /^firmware\//,
  '@bd-edge/models': /^[a-z0-9-]+\/(model\.bdm|(card|samples|network)\.json|README\.md)$/,
  '@bd-edge/trainer': NONE,
  'bd-edge': /^bin\/bd-edge\.js$/,
};

const TRAIN =
  'bd-edge train --data mnist --limit 200 --epochs 1 --finetuned-epochs 1 --batch 50 --backend wasm --out runs/mnist';

const packages = packAll(root, folder);
const registry = await startRegistry(packages);
const tarballs = packages.map(({ tarball }) => tarball).join(' ');
const fileOf = (name) => packages.find((one) => one.name === name).tarball;

const SCENARIOS = { contents, sdk, local, global, lean, 'lean global': leanGlobal };

try {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (options.only !== undefined && options.only !== name) continue;
    console.log(`\n${name}`);
    await scenario();
  }
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

/** The tarballs hold what belongs there, and bundles import only what package.json names. */
async function contents() {
  for (const { name, files, size, unpackedSize } of packages) {
    const paths = files.map(({ path }) => path);
    const foreign = paths.filter((path) => !BELONGS[name].test(path) && !COMMON_FILES.test(path));
    expect(
      `${name}: ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`,
      !foreign.length,
      foreign,
    );
    expect(
      `${name} has a readme and a license`,
      ['README.md', 'LICENSE'].every((file) => paths.includes(file)),
      paths,
    );
  }
}

/** An application that only runs networks. */
async function sdk() {
  const machine = newMachine('sdk', 20);
  await install(machine, `npm install ${fileOf('@bd-edge/sdk')}`, 'node_modules', 1);
  expect(
    'no other package is installed along',
    readdirSync(join(machine.project, 'node_modules', '@bd-edge')).join() === 'sdk',
  );
}

/** A project on Node 20: every command, imports, types. */
async function local() {
  const machine = newMachine('local', 20);
  await install(machine, 'npm install bd-edge', 'node_modules', 200);
  for (const name of ['sdk', 'compile', 'import', 'host', 'trainer']) {
    const unnamed = await importsNotNamed(join(machine.project, 'node_modules', '@bd-edge', name));
    expect(`@bd-edge/${name} imports what its package.json names`, !unnamed.length, unnamed);
  }
  await useImports(machine);
  await useTypes(machine);
  await everyCommand(machine);
}

/** A global installation from tarballs on Node 22. */
async function global() {
  const machine = newMachine('global', 22);
  await install(machine, `npm install --global ${tarballs}`, '../global', 200);
  await everyCommand(machine);
}

/** A project without optional dependencies on Node 22, which becomes a full one by the command that is named. */
async function lean() {
  const machine = newMachine('lean', 22);
  await install(machine, 'npm install --omit=optional bd-edge', 'node_modules', 30);
  await leanCommands(machine);
}

/**
 * A global installation on Node 24 without the trainer. npm ignores --omit in global installations
 * (https://github.com/npm/cli/issues/8284), so here the optional dependency cannot be fetched.
 */
async function leanGlobal() {
  const machine = newMachine('lean-global', 24);
  registry.hidden.add('@bd-edge/trainer');
  await install(machine, 'npm install --global bd-edge', '../global', 30);
  registry.hidden.clear();
  await leanCommands(machine);
}

function newMachine(name, node) {
  const cache = join(folder, 'cache');
  return new Machine(join(folder, name), { node, registry: registry.address, cache });
}

async function install(machine, commandLine, installed, goal) {
  const { status, stdout, stderr, seconds } = await machine.run(commandLine);
  const size = diskBytes(join(machine.project, installed)) / MB;
  const shown = commandLine.replaceAll(`${folder}/`, '');
  expect(`${shown}: ${seconds.toFixed(0)} s, ${size.toFixed(1)} MB`, status === 0 && size <= goal, {
    stdout,
    stderr,
    goal,
  });
}

/** The commands that a machine runs that only deploys. */
async function leanCommands(machine) {
  await runs(machine, 'bd-edge inspect mnist-8k');
  await runs(machine, 'bd-edge deploy mnist-8k --port sim:');
  await runs(machine, 'bd-edge check mnist-8k --port sim:');
  await refusesImport(machine);
  const refused = await machine.run(TRAIN);
  const [, command] = /`(npm [^`]+)`/.exec(refused.stderr) ?? [];
  expect(`train names the one command that helps: ${command}`, refused.status === 2 && command, refused);
  if (!command) return;
  await runs(machine, command);
  await runs(machine, TRAIN);
}

/** The reader of ONNX is there, and names what it reads. */
async function refusesImport(machine) {
  writeFileSync(join(machine.project, 'empty.onnx'), '');
  const refused = await machine.run('bd-edge import empty.onnx --json');
  expect(
    'a file that is no network: exit code 4',
    refused.status === 4 && /invalid-onnx/.test(refused.stdout),
    refused,
  );
}

async function everyCommand(machine) {
  await refusesImport(machine);
  await runs(machine, 'bd-edge summary mnist');
  await runs(machine, TRAIN);
  await runs(machine, 'bd-edge export runs/mnist -o model.bdm');
  await runs(machine, 'bd-edge eval model.bdm --data mnist --limit 100');
  await runs(machine, 'bd-edge inspect model.bdm');
  await runs(machine, 'bd-edge compile model.bdm -o model.wasm');
  await runs(machine, 'bd-edge compile model.bdm -o model.mjs');
  await runs(machine, 'bd-edge compile model.bdm -o model.c');
  await runs(machine, 'bd-edge deploy model.bdm --port sim:');
  await runs(machine, 'bd-edge check model.bdm --port sim: --data mnist --limit 50');
  await runs(machine, 'bd-edge check mnist-8k --port sim: --limit 50');
  await runs(machine, 'bd-edge ports');
  await drawPictures(join(machine.project, 'pictures'));
  await runs(
    machine,
    `bd-edge train --data pictures --recipe mnist --batch 10 --epochs 1 --finetuned-epochs 1 --out runs/pictures`,
  );
  const noPort = await machine.run('bd-edge deploy model.bdm --port /dev/ttyNothing');
  expect('a serial port that is not there: exit code 3', noPort.status === 3, noPort);
  try {
    const board = await machine.start('bd-edge simulate --board pico --listen 127.0.0.1:0 --json');
    const { port } = JSON.parse(board.line);
    await runs(machine, `bd-edge deploy mnist-8k --port ${port}`);
    await runs(machine, `bd-edge check mnist-8k --port ${port} --limit 2`);
    board.stop();
  } catch (error) {
    expect('bd-edge simulate --board pico', false, error.message);
  }
}

/** Writes ten pictures a class, of another size than the network's input. */
async function drawPictures(home) {
  for (const [name, size] of Object.entries({ dark: 40, light: 200 })) {
    for (const [part, count] of Object.entries({ train: 20, test: 5 })) {
      mkdirSync(join(home, part, name), { recursive: true });
      for (let i = 0; i < count; i++) {
        const background = { r: size + i, g: size, b: size - i };
        const picture = sharp({ create: { width: 40, height: 32, channels: 3, background } });
        await picture.png().toFile(join(home, part, name, `${i}.png`));
      }
    }
  }
}

async function useImports(machine) {
  writeFileSync(
    join(machine.project, 'use.mjs'),
    `import { encodeModel, load, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { compileModel } from '@bd-edge/compile';
import { connectBoard } from '@bd-edge/host';

const window = { kernelHeight: 2, kernelWidth: 2, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
const bytes = encodeModel({
  input: { height: 2, width: 2, channels: 1 },
  ops: [
    { kind: 'int8-convolution', input: 0, window, outputHeight: 1, outputWidth: 1, filters: 2,
      weights: Int8Array.of(1, 1, 1, 1, -1, 0, 0, 2), epilogue: { kind: 'sum', bias: Int32Array.of(0, 5) } },
  ],
  outputScale: 1,
});
const image = Uint8Array.of(1, 2, 3, 4);
const network = await load(bytes);
const { instance } = await WebAssembly.instantiate(compileModel(bytes).wasm);
const compiled = instance.exports;
new Uint8Array(compiled.memory.buffer).set(image, compiled.input());
compiled.run();
const board = await connectBoard('sim:');
await board.deploy(bytes);
const { logitMismatches } = await board.check([image]);
await board.close();
console.log(JSON.stringify([
  [...network.run(image).logits], [...referenceLogits(parseModel(bytes), image)], logitMismatches,
  [...new Int32Array(compiled.memory.buffer, compiled.logits(), compiled.logitCount())],
]));
`,
  );
  const { stdout, stderr } = await machine.run('node use.mjs');
  expect(
    'imports: wasm, reference, simulated board and compiled module agree',
    stdout.trim() === '[[10,12],[10,12],0,[10,12]]',
    stdout + stderr,
  );
}

async function useTypes(machine) {
  writeFileSync(
    join(machine.project, 'use.ts'),
    `import { load, type Network, type Result } from '@bd-edge/sdk';
import { compileModel } from '@bd-edge/compile';
import { importOnnx } from '@bd-edge/import';
import * as inline from '@bd-edge/sdk/inline';
import engine from '@bd-edge/sdk/simd.wasm';
import { loadInWorker, type WorkerNetwork } from '@bd-edge/sdk/worker';
import { type CheckReport, connectBoard } from '@bd-edge/host';
import { selectBackend } from '@bd-edge/trainer';
export const run = async (bytes: Uint8Array, image: Uint8Array): Promise<Result> => {
  const network: Network = await load(bytes);
  return network.run(image);
};
export const anywhere = async (): Promise<string[]> => {
  const networks: Network[] = [
    await load('model.bdm'),
    await load(new URL('https://example.com/model.bdm'), { build: 'mvp' }),
    await load(fetch('model.bdm'), { engine: fetch('engine.wasm') }),
    await load(await fetch('model.bdm'), { engine }),
    await inline.load(new ArrayBuffer(0), { engine: new WebAssembly.Module(new Uint8Array()) }),
  ];
  const inWorker: WorkerNetwork = await loadInWorker('model.bdm');
  return [...networks, inWorker].map(({ build }) => build);
};
export type Names = [typeof connectBoard, CheckReport['images'], typeof compileModel, typeof importOnnx, typeof selectBackend];
`,
  );
  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['nodenext', 'nodenext'],
  ]) {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      types: [],
      strict: true,
      noEmit: true,
      // TensorFlow.js's own types do not pass the check of libraries.
      skipLibCheck: true,
    };
    writeFileSync(
      join(machine.project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['use.ts'] }),
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const checked = await machine.run(`node ${tsc}`);
    expect(`types under moduleResolution ${moduleResolution}`, checked.status === 0, checked.stdout);
  }
}

/** Returns the packages that the bundles of an installed package import and its package.json does not name. */
async function importsNotNamed(home) {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const dist = join(home, 'dist');
  const { metafile } = await build({
    entryPoints: readdirSync(dist).filter((file) => file.endsWith('.js')),
    absWorkingDir: dist,
    outdir: '.',
    ...{ bundle: true, packages: 'external', external: ['*.wasm'], platform: 'node', format: 'esm' },
    ...{ metafile: true, write: false, logLevel: 'error' },
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const names = imported
    .filter(({ external, path }) => external && !isBuiltin(path) && !path.startsWith('.'))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
  const { dependencies, optionalDependencies } = manifest;
  return [...new Set(names)].filter((name) => !(name in { ...dependencies, ...optionalDependencies }));
}

async function runs(machine, commandLine) {
  const result = await machine.run(commandLine);
  expect(`${commandLine} (${result.seconds.toFixed(1)} s)`, result.status === 0, result);
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}

function expect(what, holds, evidence) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (holds) return;
  failures++;
  if (evidence !== undefined)
    console.log(typeof evidence === 'string' ? evidence : JSON.stringify(evidence, null, 2));
}
