// `node bench/library.mjs [--board NAME] MODEL...`: flash, RAM and time of networks in C on an emulated board, as one file
// and as libraries.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBoard } from '../firmware/tools/boards.mjs';
import { findToolchain } from '../firmware/tools/toolchain.mjs';
import { networkInC } from './network-in-c.mjs';

/** Bytes of `struct NAME`. */
const STRUCT_BYTES = 24;

/** What {@link networkInC} measures; a library in each of its forms. */
const FORMS = { 'one-file': undefined, fast: { small: false }, small: { small: true } };

const { values, positionals } = parseArgs({
  options: { board: { type: 'string', default: 'pico' } },
  allowPositionals: true,
});
const board = findBoard(values.board);
const toolchain = findToolchain(undefined, console.error);
for (const file of positionals) {
  const name = basename(dirname(file));
  const { samples } = JSON.parse(readFileSync(join(dirname(file), 'samples.json'), 'utf8'));
  const image = new Uint8Array(Buffer.from(samples[0].image, 'base64'));
  for (const [form, library] of Object.entries(FORMS)) {
    const { refused, text, constantBytes, arenaBytes, stackBytes, ticks } = await networkInC({
      board,
      toolchain,
      name: `${name}-${form}`,
      model: readFileSync(file),
      image,
      library,
    });
    if (refused) console.log(`${name} ${form} on ${board.name}: ${refused}`);
    else {
      const ram = arenaBytes + STRUCT_BYTES + stackBytes;
      console.log(
        `${name} ${form} on ${board.name}: flash ${text} bytes (constants ${constantBytes}), ` +
          `RAM ${ram} bytes (arena ${arenaBytes}, stack ${stackBytes}), ${ticks} ticks`,
      );
    }
  }
}
