// The compiler for boards: arm-none-eabi-gcc if it is installed, else zig, which pip installs on any machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const ZIG_FOLDER = join(root, 'build', 'zig');

/** The hashes of PyPI's wheels of zig; pip rejects all others. */
const ZIG = 'ziglang==0.15.2';
const ZIG_HASHES = [
  'acae2a9ce67ed249ad68d42c21bc73b5f9d51a33ba5ea42f609f78683e8d9bb7', // macOS, arm64
  '47af4f85e3e59bd672126cc026d3a01b516cad24b9a9ea075abfe8532f4c6bc1', // macOS, x86-64
  '806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130', // Linux, x86-64
  'edc0aa60ec964a4cf462d40f68d7de242ddf37fd9a80f2afaee6397059463230', // Linux, arm64
  'ca80dc9c70dbdfdd9ee51d000de3501a95d33d9782ab9ab9b56f700484ebcd83', // Windows, x86-64
  'a81ebfc61e1b7aa43a33add23f93b98954d757434f894eb21bd40b176b6688aa', // Windows, arm64
];

/** Options of both compilers. There is no C library: firmware/ports/cortex-m has the functions that are needed. */
const COMPILE = ['-ffreestanding', '-ffunction-sections', '-fdata-sections', '-c'];
const LINK = ['-nostdlib', '-Wl,--gc-sections'];

/** Options of GCC for linking files that were compiled with -flto. Other options come from the files, function by function. */
const LINK_WHOLE = ['-flto-partition=one', '-Os', ...COMPILE.slice(0, -1), '--param=min-pagesize=0'];

/**
 * @typedef {object} Toolchain
 * @property {'gcc' | 'zig'} name
 * @property {string} version for people
 * @property {(cpu: string) => string[]} compile program and arguments for compiling, by GCC's name of the processor
 * @property {(cpu: string) => string[]} link program and arguments for linking
 * @property {string[]} silence disables warnings about intended code: vector tables override their default entries, and
 *   the address of a local measures the stack
 * @property {string[]} whole more arguments for compiling files that the linker optimizes as a whole
 * @property {string[]} libraries the last arguments for linking
 */

/** Returns arm-none-eabi-gcc if it is installed. @returns {Toolchain | undefined} */
export function findGcc() {
  const { status, stdout } = spawnSync('arm-none-eabi-gcc', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const program = (cpu) => ['arm-none-eabi-gcc', `-mcpu=${cpu}`, '-mthumb'];
  return {
    name: 'gcc',
    version: stdout.split('\n')[0],
    // Addresses below 4096 are valid: a chip's ROM.
    compile: (cpu) => [...program(cpu), ...COMPILE, '--param=min-pagesize=0'],
    link: (cpu) => [...program(cpu), ...LINK, ...LINK_WHOLE, '-Wl,--no-warn-rwx-segments'],
    silence: ['-Wno-override-init'],
    whole: ['-flto'],
    libraries: ['-lgcc'],
  };
}

/** Returns zig if `installZig` has installed it. @returns {Toolchain | undefined} */
export function findZig() {
  const zig = join(ZIG_FOLDER, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  if (!existsSync(zig)) return undefined;
  const program = (cpu) => [
    ...[zig, 'cc', '-target', 'thumb-freestanding-eabi', `-mcpu=${cpu.replaceAll('-', '_')}`],
    '-fno-sanitize=undefined',
  ];
  return {
    name: 'zig',
    version: `zig ${ZIG.split('==')[1]}`,
    compile: (cpu) => [...program(cpu), ...COMPILE],
    link: (cpu) => [...program(cpu), ...LINK, '-Wl,--entry,reset_handler'],
    whole: [],
    silence: ['-Wno-initializer-overrides', '-Wno-gnu-designator', '-Wno-return-stack-address'],
    libraries: [],
  };
}

/** Installs zig with pip, 94 MB. */
export function installZig() {
  const python = findPython();
  if (!python)
    throw new FirmwareError(
      'No compiler for boards is installed: run `npm run setup:boards` (Debian, Ubuntu), or install ' +
        'arm-none-eabi-gcc, or Python with pip, which installs zig, and try again.',
    );
  mkdirSync(ZIG_FOLDER, { recursive: true });
  const requirements = join(ZIG_FOLDER, 'requirements.txt');
  writeFileSync(requirements, `${ZIG} ${ZIG_HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
  const { status, stderr } = spawnSync(
    python,
    [
      ...['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--only-binary=:all:'],
      ...['--target', ZIG_FOLDER, '--requirement', requirements],
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) return;
  rmSync(ZIG_FOLDER, { recursive: true, force: true });
  throw new FirmwareError(
    `pip could not install ${ZIG} (${stderr.trim().split('\n').at(-1)}): check the network and pip's index ` +
      'settings, or install arm-none-eabi-gcc, and try again.',
  );
}

/**
 * Returns the compiler, and installs zig if there is none.
 *
 * @param {'gcc' | 'zig' | undefined} wanted a compiler by name, or any
 * @param {(text: string) => void} say receives a message before zig is installed
 * @returns {Toolchain}
 */
export function findToolchain(wanted, say) {
  const gcc = wanted === 'zig' ? undefined : findGcc();
  if (gcc) return gcc;
  if (wanted === 'gcc')
    throw new FirmwareError(
      'arm-none-eabi-gcc is not installed: run `npm run setup:boards`, or omit --toolchain to use zig.',
    );
  if (!findZig()) {
    say(`Installing ${ZIG} with pip (94 MB) ...`);
    installZig();
  }
  return findZig();
}

function findPython() {
  return ['python3', 'python'].find((name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0);
}
