/**
 * `npm run setup:boards`: installs the programs for tests of boards with apt-get: an emulator, a compiler, and socat for
 * pseudo-terminals. Installed programs are left alone.
 */
import { spawnSync } from 'node:child_process';

/** Programs and their Debian packages. */
const NEEDED = {
  'qemu-system-arm': 'qemu-system-arm',
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi',
  socat: 'socat',
};

const isThere = (program) => spawnSync(program, ['--version']).error === undefined;
const packages = Object.entries(NEEDED)
  .filter(([program]) => !isThere(program))
  .map(([, name]) => name);

if (packages.length === 0) process.stderr.write('All programs for boards are installed.\n');
else if (!isThere('apt-get')) {
  process.stderr.write(
    `apt-get was not found; install these packages in another way: ${packages.join(', ')}. On a Mac: ` +
      '`brew install qemu socat`; `npm run firmware -- pico` fetches a compiler by pip.\n',
  );
  process.exitCode = 1;
} else {
  process.stderr.write(`Installing ${packages.join(', ')} ...\n`);
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { encoding: 'utf8' });
  apt('update');
  const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...packages);
  if (status !== 0) {
    const reason = stderr.trim().split('\n').at(-1);
    process.stderr.write(`apt-get could not install them (${reason}); run this command as root.\n`);
    process.exitCode = 1;
  }
}
