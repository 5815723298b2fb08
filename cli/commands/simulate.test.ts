import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

test('a board process ends with a command that cannot listen', () => {
  const firmware = join(folder, 'firmware.sh');
  const script = join(folder, 'firmware.cjs');
  const listening = 'console.log(`127.0.0.1:${this.address().port}`)';
  writeFileSync(script, `require('net').createServer().listen(0, function () { ${listening} });`);
  writeFileSync(firmware, `#!/bin/sh\nexec ${process.execPath} ${script}\n`, { mode: 0o755 });
  expect(
    failure({}, 'simulate', '--board', 'posix', '--firmware', firmware, '--listen', 'nonsense'),
  ).toMatchObject({ status: 2 });
});
