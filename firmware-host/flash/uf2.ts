import { FileError } from '@bd-edge/sdk/internal';

/** A UF2 file is a sequence of blocks, each with the address of its bytes (github.com/microsoft/uf2). */
const BLOCK_BYTES = 512;
const [FIRST_MAGIC, SECOND_MAGIC, LAST_MAGIC] = [0x0a324655, 0x9e5d5157, 0x0ab16f30];
const HAS_FAMILY = 0x2000;
const MAX_PAYLOAD = 476;

/** The family of the RP2040, which its boot loader requires. */
export const RP2040_FAMILY = 0xe48bff56;

/**
 * Checks that a file is a complete UF2 image for one family of chips. A boot loader discards other blocks without a
 * message.
 *
 * @param path the file, for messages
 * @throws {FileError} `invalid-uf2`, or `firmware-for-other-board` for another family
 */
export function requireUf2(bytes: Uint8Array, family: number, path: string): void {
  const invalid = (problem: string) =>
    new FileError('invalid-uf2', `${path} is not a UF2 image: ${problem}; expected firmware.uf2.`, { path });
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0)
    throw invalid(`it has ${bytes.length} bytes, which is not a multiple of ${BLOCK_BYTES}`);
  const blocks = bytes.length / BLOCK_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let block = 0; block < blocks; block++) {
    const word = (index: number) => view.getUint32(block * BLOCK_BYTES + 4 * index, true);
    if (word(0) !== FIRST_MAGIC || word(1) !== SECOND_MAGIC || word(127) !== LAST_MAGIC)
      throw invalid(`block ${block} has no mark`);
    if (word(4) > MAX_PAYLOAD) throw invalid(`block ${block} is too long`);
    if (word(5) !== block || word(6) !== blocks)
      throw invalid(`block ${block} says that it is block ${word(5)} of ${word(6)}, not of ${blocks}`);
    const received = word(2) & HAS_FAMILY ? `0x${word(7).toString(16)}` : 'none';
    if (received === `0x${family.toString(16)}`) continue;
    const message = `${path} is for another chip: family ${received}; expected 0x${family.toString(16)}.`;
    throw new FileError('firmware-for-other-board', message, { path });
  }
}
