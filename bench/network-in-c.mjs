// A whole network in C (firmware/bench/network.c) on an emulated board.
import { mkdirSync, writeFileSync } from 'node:fs';
import { toC, toLibrary } from '@bd-edge/compile';
import { EMULATED_BOARDS, transportPair } from '@bd-edge/host/internal';
import { parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { buildBoard } from '../firmware/tools/build-board.mjs';
import { imageOf, linesOf } from './board-program.mjs';

/**
 * Measures a whole network in C, without link and store, after its self-test and after comparing its logits with the
 * host's.
 *
 * @param {object} options
 * @param {import('../firmware/tools/boards.mjs').Board} options.board
 * @param {import('../firmware/tools/toolchain.mjs').Toolchain} options.toolchain
 * @param {string} options.name of the folders of the results
 * @param {Uint8Array} options.model
 * @param {Uint8Array} options.image
 * @param {{ small: boolean }} [options.library] measures a library instead of one file
 */
export async function networkInC({ board, toolchain, name, model, image, library }) {
  const folder = `build/firmware/bench-${board.name}-${name}`;
  const sources = `build/firmware/bench-networks/${name}`;
  mkdirSync(sources, { recursive: true });
  const { files, arenaBytes, constantBytes } = library ? inLibrary(model, library) : inOneFile(model);
  for (const [file, text] of files) writeFileSync(`${sources}/${file}`, text);
  const engine = files.map(([file]) => `${sources}/${file}`).filter((file) => file.endsWith('.c'));
  const { sizes } = await buildBoard({ board, toolchain, folder, program: 'network', engine });
  const emulated = await EMULATED_BOARDS[board.name].start({ firmware: imageOf(board, folder) });
  const [here, there] = transportPair(board.name);
  emulated.attach(there);
  const lines = linesOf(here);
  try {
    await here.write(image);
    const first = await lines();
    if (first === 'too large') return { refused: 'too large for this board' };
    const [ticks, stackBytes] = [Number(await lines()), Number(await lines())];
    const expected = [...referenceLogits(parseModel(model), image)];
    const wrong = [];
    for (const logit of expected) if (Number(await lines()) !== logit >>> 0) wrong.push(logit);
    if (wrong.length > 0 || first !== '0') throw new Error(`${board.name} is wrong by C`);
    return { ticks, text: sizes.flash.interpreter, constantBytes, arenaBytes, stackBytes };
  } finally {
    await here.close();
    await emulated.close();
  }
}

function inOneFile(model) {
  const { header, source, ...figures } = toC(model, { name: 'network' });
  const files = [
    ['network.h', header],
    ['network.c', source],
  ];
  return { files, ...figures };
}

function inLibrary(model, { small }) {
  const { files, ...figures } = toLibrary(model, { name: 'network', small });
  const sources = [...files].filter(([path]) => path.startsWith('src/'));
  return { files: sources.map(([path, text]) => [path.slice(4), text]), ...figures };
}
