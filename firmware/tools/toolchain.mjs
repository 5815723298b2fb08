// The compiler for boards: Debian's arm-none-eabi-gcc where it is installed, else zig, which pip brings to any machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const ZIG_FOLDER = join(root, 'build', 'zig');

/** PyPI's wheels of zig; pip refuses any whose hash is not here. */
const ZIG = 'ziglang==0.15.2';
const ZIG_HASHES = [
  'acae2a9ce67ed249ad68d42c21bc73b5f9d51a33ba5ea42f609f78683e8d9bb7', // macOS, arm64
  '47af4f85e3e59bd672126cc026d3a01b516cad24b9a9ea075abfe8532f4c6bc1', // macOS, x86-64
  '806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130', // Linux, x86-64
  'edc0aa60ec964a4cf462d40f68d7de242ddf37fd9a80f2afaee6397059463230', // Linux, arm64
  'ca80dc9c70dbdfdd9ee51d000de3501a95d33d9782ab9ab9b56f700484ebcd83', // Windows, x86-64
  'a81ebfc61e1b7aa43a33add23f93b98954d757434f894eb21bd40b176b6688aa', // Windows, arm64
];

/** What both compilers take. Without a C library: firmware/ports/cortex-m has the little that is needed. */
const COMPILE = ['-ffreestanding', '-ffunction-sections', '-fdata-sections', '-c'];
const LINK = ['-nostdlib', '-Wl,--gc-sections'];

/**
 * @typedef {object} Toolchain
 * @property {'gcc' | 'zig'} name
 * @property {string} version for people
 * @property {(cpu: string) => string[]} compile program and arguments that compile for a processor, by GCC's name for it
 * @property {(cpu: string) => string[]} link program and arguments that link
 * @property {string[]} silence warnings about what our own code means: vector tables are filled, then written over; the
 *   stack is measured by the address of a local
 * @property {string[]} libraries what comes last when linking
 */

/** @returns {Toolchain | undefined} where arm-none-eabi-gcc is installed */
export function findGcc() {
  const { status, stdout } = spawnSync('arm-none-eabi-gcc', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const program = (cpu) => ['arm-none-eabi-gcc', `-mcpu=${cpu}`, '-mthumb'];
  return {
    name: 'gcc',
    version: stdout.split('\n')[0],
    // There are addresses below 4096 that are no mistake: a chip's ROM.
    compile: (cpu) => [...program(cpu), ...COMPILE, '--param=min-pagesize=0'],
    link: (cpu) => [...program(cpu), ...LINK, '-Wl,--no-warn-rwx-segments'],
    silence: ['-Wno-override-init'],
    libraries: ['-lgcc'],
  };
}

/** @returns {Toolchain | undefined} where `installZig` has put it */
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
    silence: ['-Wno-initializer-overrides', '-Wno-gnu-designator', '-Wno-return-stack-address'],
    libraries: [],
  };
}

/** Fetches zig by pip, 94 MB. */
export function installZig() {
  const python = findPython();
  if (!python)
    throw new FirmwareError(
      'No compiler for boards is installed: run `npm run setup:boards` where there is apt-get, or install ' +
        'Python with pip, from which zig can be fetched (or any build of arm-none-eabi-gcc), and try again.',
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
    `pip could not fetch ${ZIG} (${stderr.trim().split('\n').at(-1)}): check the network and pip's index ` +
      'settings, or install arm-none-eabi-gcc, and try again.',
  );
}

/**
 * @param {'gcc' | 'zig' | undefined} wanted whichever there is, unless named
 * @param {(text: string) => void} say
 * @returns {Toolchain}
 */
export function findToolchain(wanted, say) {
  const gcc = wanted === 'zig' ? undefined : findGcc();
  if (gcc) return gcc;
  if (wanted === 'gcc')
    throw new FirmwareError(
      'arm-none-eabi-gcc is not installed: run `npm run setup:boards`, or leave --toolchain away to use zig.',
    );
  if (!findZig()) {
    say(`Fetching ${ZIG} by pip (94 MB) ...`);
    installZig();
  }
  return findZig();
}

function findPython() {
  return ['python3', 'python'].find((name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0);
}
