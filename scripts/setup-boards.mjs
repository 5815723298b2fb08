/**
 * `npm run setup:boards`: installs the programs for tests of boards. apt-get installs an emulator, a compiler, socat for
 * pseudo-terminals and ser2net, which makes serial ports available by TCP. pip installs labgrid, with its fork of
 * pyserial, into build/farm, and unicorn, which emulates an nRF52, into build/unicorn. Installed programs are left alone.
 */
import { spawnSync } from 'node:child_process';
import { installPythonFolder } from './python-folder.mjs';

/** Programs and their Debian packages. */
const NEEDED = {
  'qemu-system-arm': 'qemu-system-arm',
  'qemu-system-riscv32': 'qemu-system-misc',
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi',
  'riscv64-unknown-elf-gcc': 'gcc-riscv64-unknown-elf',
  'xtensa-lx106-elf-gcc': 'gcc-xtensa-lx106',
  'avr-gcc': 'gcc-avr avr-libc',
  'arduino-builder': 'arduino-builder arduino-core-avr',
  'arduino-ctags': 'arduino-ctags',
  simavr: 'simavr',
  cmake: 'cmake',
  socat: 'socat',
  ser2net: 'ser2net',
};

const isThere = (program) => spawnSync(program, ['--version']).error === undefined;

/** Returns why packages could not be installed. */
function installPrograms() {
  const packages = Object.entries(NEEDED)
    .filter(([program]) => !isThere(program))
    .flatMap(([, names]) => names.split(' '));
  if (packages.length === 0) {
    process.stderr.write('All programs for boards are installed.\n');
    return undefined;
  }
  if (!isThere('apt-get')) {
    return (
      `apt-get was not found; install these packages in another way: ${packages.join(', ')}. On a Mac: ` +
      '`brew install qemu socat ser2net`; `npm run firmware -- pico` fetches a compiler by pip.'
    );
  }
  process.stderr.write(`Installing ${packages.join(', ')} ...\n`);
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { encoding: 'utf8' });
  apt('update');
  const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...packages);
  if (status === 0) return undefined;
  const reason = stderr.trim().split('\n').at(-1);
  return `apt-get could not install them (${reason}); run this command as root.`;
}

const problems = [
  installPrograms(),
  installPythonFolder('farm.txt', 'farm'),
  installPythonFolder('unicorn.txt', 'unicorn'),
];
for (const problem of problems) {
  if (problem === undefined) continue;
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
