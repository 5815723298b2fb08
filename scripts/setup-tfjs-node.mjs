/**
 * Sets up the native TensorFlow backend if `npm install` could not fetch it: takes the library from TensorFlow's own Python
 * wheel and compiles tfjs-node's binding against it. It works on x86-64 Linux with glibc only.
 *
 * Needs pip, a C++ compiler and about 1 GB of disk while it works (600 MB stay); pip's settings (index, proxy,
 * certificates) apply. A working library is left alone. Progress goes to standard error.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * 2.12 is the oldest wheel whose library exports TensorFlow's C API without Python's symbols; newer ones are
 * larger and no faster when measured. The hash is of the wheel's bytes: pip refuses any other.
 */
const WHEEL = {
  requirement: 'tensorflow-cpu==2.12.1',
  python: '3.11',
  platform: 'manylinux2014_x86_64',
  sha256: '7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855',
};
const NODE_API_HEADERS = 'node-api-headers@1.9.0';

/** A failure with a fix, which the message names. */
class SetupError extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program and returns its success and outputs. It does not throw if the program is missing. */
function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return { ok: status === 0, stdout: stdout ?? '', stderr: stderr || error?.message || '' };
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/**
 * Returns why the setup cannot work on a platform; undefined if it can.
 * @param {{ platform: string, arch: string, glibc?: string }} host as in `process`; `glibc` is its version
 */
export function unsupportedReason({ platform, arch, glibc }) {
  if (platform === 'linux' && arch === 'x64' && glibc) return undefined;
  const name = `${platform} on ${arch}${platform === 'linux' && !glibc ? ' without glibc' : ''}`;
  const ordinary = ['darwin', 'win32', 'linux'].includes(platform)
    ? 'try the ordinary install, `npm rebuild @tensorflow/tfjs-node`, which fetches a prebuilt library where there is one, or'
    : 'there';
  return `The native TensorFlow library can be set up from packages on x86-64 Linux with glibc only, and this is ${name}: ${ordinary} train with the WebAssembly backend (BD_EDGE_BACKEND=wasm).`;
}

/** Returns the path of a wheel's member below tfjs-node's `deps` folder; undefined to skip it. */
export function destination(member) {
  if (member.endsWith('/')) return undefined;
  const library = /^tensorflow\/(libtensorflow_[^/]+)$/.exec(member);
  if (library) return `lib/${library[1]}`;
  const header = /^tensorflow\/include\/(tensorflow\/(?:c|tsl|core\/platform)\/.+)$/.exec(member);
  if (header) return `include/${header[1]}`;
  return /^[^/]+\.dist-info\/LICENSE$/.test(member) ? 'LICENSE' : undefined;
}

/** Returns the arguments of a GNU-like C++ compiler that build the binding. */
export function compilerArguments({ sources, includes, libraryDir, napiVersion, output }) {
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', `-DNAPI_VERSION=${napiVersion}`],
    ...includes.map((folder) => `-I${folder}`),
    ...sources,
    ...[`-L${libraryDir}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    // Relative to the binding in lib/napi-vN, so that the package may be moved.
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ...['-o', output],
  ];
}

/** Returns the package's folder; undefined if npm skipped it. */
function findPackage() {
  const folder = join(root, 'node_modules/@tensorflow/tfjs-node');
  return existsSync(join(folder, 'package.json')) ? folder : undefined;
}

/** Multiplies two matrices with tfjs-node in a new process. Returns why it does not work; '' if it does. */
function whyNotWorking() {
  const script = `
    const tf = require('@tensorflow/tfjs-node');
    const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]]));
    if (tf.getBackend() !== 'tensorflow') throw new Error('the backend is ' + tf.getBackend());
    if (String(product.dataSync()) !== '19,22,43,50') throw new Error('matMul gave ' + product.dataSync());`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { ok, stderr } = run(process.execPath, ['-e', script], { cwd: root, env });
  return ok ? '' : (/^\w*Error: .*$/m.exec(stderr)?.[0] ?? lastLine(stderr)) || 'the process crashed';
}

/** Restores the package's sources, which npm removes after a failed install script. */
function fetchSources() {
  say('Fetching the sources of @tensorflow/tfjs-node ...');
  const { ok, stderr } = run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit'], {
    cwd: root,
  });
  if (!ok || !findPackage())
    throw new SetupError(
      `npm could not fetch @tensorflow/tfjs-node (${lastLine(stderr) || 'it was left out'}): run \`npm install --ignore-scripts --include=optional\` and try again.`,
    );
}

/** Returns a Python that has pip. */
function findPython() {
  const python = ['python3', 'python'].find((name) => run(name, ['-m', 'pip', '--version']).ok);
  if (!python)
    throw new SetupError(
      'The native TensorFlow library comes from a Python package and no Python with pip was found: install python3-pip and try again.',
    );
  return python;
}

/** Returns the C++ compiler: `$CXX`, g++ or clang++. */
function findCompiler() {
  const candidates = [process.env.CXX, 'g++', 'clang++', 'c++'].filter(Boolean);
  const compiler = candidates.find((name) => run(name, ['--version']).ok);
  if (!compiler)
    throw new SetupError(
      "The binding to the native TensorFlow library must be compiled and no C++ compiler was found: install g++ (Debian's build-essential) or set CXX, and try again.",
    );
  return compiler;
}

/** Returns a folder with node_api.h: Node's own headers, or those of an npm package, fetched into `work`. */
function findNodeHeaders(work) {
  const folders = [
    process.env.npm_config_nodedir && join(process.env.npm_config_nodedir, 'include/node'),
    join(dirname(process.execPath), '../include/node'),
    '/usr/include/node',
  ].filter(Boolean);
  const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')));
  if (found) return found;
  say(`Fetching ${NODE_API_HEADERS} ...`);
  const { ok, stderr } = run('npm', ['install', '--prefix', work, '--ignore-scripts', NODE_API_HEADERS]);
  if (!ok)
    throw new SetupError(
      `Node's C headers are not installed and npm could not fetch ${NODE_API_HEADERS} (${lastLine(stderr)}): install libnode-dev or check the network, and try again.`,
    );
  return join(work, 'node_modules/node-api-headers/include');
}

/** Downloads the wheel into `work` and returns its path. */
function downloadWheel(python, work) {
  say(`Downloading ${WHEEL.requirement} (232 MB) ...`);
  const requirements = join(work, 'requirements.txt');
  writeFileSync(requirements, `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`);
  const { ok, stderr } = run(python, [
    ...['-m', 'pip', 'download', '--quiet', '--require-hashes', '--no-deps', '--only-binary=:all:'],
    ...['--platform', WHEEL.platform, '--python-version', WHEEL.python],
    ...['--dest', work, '--requirement', requirements],
  ]);
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (!ok || !wheel)
    throw new SetupError(
      `pip could not download ${WHEEL.requirement} (${lastLine(stderr)}): check the network and pip's index settings, and try again.`,
    );
  return join(work, wheel);
}

/** Unpacks the library, its headers and its license below `folder`. */
function unpack(python, wheel, folder) {
  say('Unpacking the library ...');
  const list = `import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))`;
  const copy = `
import os, shutil, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
for line in sys.stdin.read().splitlines():
    member, target = line.split("\\t")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with wheel.open(member) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)`;
  const members = run(python, ['-c', list, wheel], { maxBuffer: 1 << 26 });
  const input = members.stdout
    .split('\n')
    .filter(destination)
    .map((member) => `${member}\t${join(folder, destination(member))}`)
    .join('\n');
  const unpacked = run(python, ['-c', copy, wheel], { input });
  if (!members.ok || !unpacked.ok)
    throw new SetupError(
      `The wheel could not be unpacked (${lastLine(members.stderr + unpacked.stderr)}): free 1 GB of disk and try again.`,
    );
}

/** Compiles the binding to the path where tfjs-node expects it. */
function compile(compiler, nodeHeaders, packageDir) {
  say('Compiling the binding ...');
  const require = createRequire(join(packageDir, 'package.json'));
  const output = require('@mapbox/node-pre-gyp').find(join(packageDir, 'package.json'));
  mkdirSync(dirname(output), { recursive: true });
  const binding = join(packageDir, 'binding');
  const partial = `${output}.${process.pid}`;
  const { ok, stderr } = run(
    compiler,
    compilerArguments({
      sources: readdirSync(binding)
        .filter((name) => name.endsWith('.cc'))
        .map((name) => join(binding, name)),
      includes: [join(packageDir, 'deps/include'), nodeHeaders],
      libraryDir: join(packageDir, 'deps/lib'),
      napiVersion: /napi-v(\d+)/.exec(output)?.[1] ?? '8',
      output: partial,
    }),
  );
  if (!ok)
    throw new SetupError(
      `${compiler} could not compile tfjs-node's binding (${/error: .*/.exec(stderr)?.[0] ?? lastLine(stderr)}): use g++ 9 or newer, or train with BD_EDGE_BACKEND=wasm.`,
    );
  renameSync(partial, output);
}

function setUp() {
  if (findPackage() && !whyNotWorking()) return say('The native TensorFlow library works already.');

  const { glibcVersionRuntime: glibc } = /** @type {any} */ (process.report.getReport()).header;
  const reason = unsupportedReason({ platform: process.platform, arch: process.arch, glibc });
  if (reason) throw new SetupError(reason);
  const python = findPython();
  const compiler = findCompiler();
  if (!findPackage()) fetchSources();
  const packageDir = findPackage();

  const work = mkdtempSync(join(tmpdir(), 'bd-edge-tfjs-node-'));
  const partial = join(packageDir, `deps.${process.pid}`);
  try {
    const nodeHeaders = findNodeHeaders(work);
    unpack(python, downloadWheel(python, work), partial);
    rmSync(join(packageDir, 'deps'), { recursive: true, force: true });
    renameSync(partial, join(packageDir, 'deps'));
    compile(compiler, nodeHeaders, packageDir);
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(partial, { recursive: true, force: true });
  }

  const why = whyNotWorking();
  if (why)
    throw new SetupError(
      `The native TensorFlow library was set up but does not work here (${why}): train with BD_EDGE_BACKEND=wasm and report this.`,
    );
  say('The native TensorFlow library works.');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
