// Runs the built command with many arguments, one after the other, in this process: `run-many.mjs CASES.json FIRST`.
// It sends the index of each case before it, and what came out after it, to the process that started it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [, , file, first] = process.argv;
const { command, cases } = JSON.parse(readFileSync(file, 'utf8'));
const entry = pathToFileURL(command).href;

let text = '';
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}
process.setMaxListeners(0);
const send = (message) => new Promise((resolve) => process.send(message, resolve));

for (let index = Number(first); index < cases.length; index++) {
  const { args, cwd } = cases[index];
  await send({ index });
  process.chdir(cwd);
  process.argv = [process.execPath, command, ...args];
  process.exitCode = undefined;
  text = '';
  const start = process.cpuUsage();
  // A module with another query is another instance, with a new state.
  await import(`${entry}?case=${index}`);
  const { user, system } = process.cpuUsage(start);
  const status = process.exitCode ?? 0;
  await send({ index, status, text, cpuMs: (user + system) / 1000 });
}
process.exitCode = 0;
process.disconnect();
