// The boards of the firmware: the folders of firmware/ports with a board.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

export const PORTS = join(dirname(fileURLToPath(import.meta.url)), '..', 'ports');

/**
 * @typedef {object} Board
 * @property {string} folder
 * @property {string} name the name in commands
 * @property {string} title
 * @property {string} cpu GCC's name of the processor
 * @property {string} optimize
 * @property {string[]} shared sources of firmware/ports/cortex-m besides those of every board
 * @property {string[]} defines for the core and the port, see firmware/core/settings.h
 * @property {string} [uf2Family] if the board accepts UF2 files
 * @property {boolean} [bootChecksum] if its image starts with an RP2040's second stage
 */

/** Returns all boards, sorted by name. @returns {Board[]} */
export function listBoards() {
  return readdirSync(PORTS)
    .map((name) => join(PORTS, name))
    .filter((folder) => existsSync(join(folder, 'board.json')))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'board.json'), 'utf8')) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns a board by its name. @returns {Board} */
export function findBoard(name) {
  const boards = listBoards();
  const board = boards.find((one) => one.name === name);
  if (board) return board;
  const names = [...boards.map((one) => one.name), 'posix'].join(', ');
  throw new FirmwareError(
    name === undefined
      ? `The board is missing: npm run firmware -- BOARD. Expected one of ${names}.`
      : `unknown board ${name}; expected one of ${names}. docs/porting.md describes how to add a board.`,
  );
}
