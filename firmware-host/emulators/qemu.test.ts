import { test } from 'vitest';
import { transportPair } from '../transports/pair.js';
import { MPS2_AN500, NRF51, startQemu } from './qemu.js';

for (const [m, name] of [
  [MPS2_AN500, 'm7'],
  [NRF51, 'nrf51'],
] as const)
  test('try' + name, async () => {
    const board = await startQemu(m, `build/firmware/${name}-self-test/firmware.elf`);
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
    await board.reset();
    await wait();
    console.log(text);
    await board.close();
  });
