import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { transportPair } from '../transports/pair.js';
import { PicoBoard } from './pico.js';

test('try', async () => {
  const board = await PicoBoard.start(readFileSync('build/firmware/pico-self-test/firmware.bin'));
  const [here, there] = transportPair('pico');
  board.attach(there);
  let text = '';
  here.onData((b) => {
    text += new TextDecoder().decode(b);
  });
  void board.failed.then((e) => console.log(e));
  const wait = () => new Promise((r) => setTimeout(r, 1000));
  await wait();
  await here.write(new TextEncoder().encode('hello\n'));
  await wait();
  await here.write(new TextEncoder().encode('uuu'));
  await here.write(new TextEncoder().encode('tofo'));
  await wait();
  await wait();
  await here.write(new TextEncoder().encode('r'));
  await wait();
  console.log(text, board.cycles);
});
