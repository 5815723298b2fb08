// Deploys a network to a board and checks it there: `node main.js /dev/ttyUSB0` (or COM3, socket://host:port).
// Without a port, the board is simulated in this program.
import { readFile } from 'node:fs/promises';
import { connectBoard } from '@bd-edge/host';
import { BdEdgeError, parseModel } from '@bd-edge/sdk';

const [port = 'sim:'] = process.argv.slice(2);

/** Deploys the network and returns whether the board computes the same logits as this machine. */
async function deployAndCheck(board) {
  const model = await readFile(new URL('stripes.bdm', import.meta.url));
  const { bytesSent, bytesSkipped } = await board.deploy(model);
  console.log(`deployed: ${bytesSent} bytes sent, ${bytesSkipped} skipped`);

  const { height, width } = parseModel(model).input;
  const images = Array.from({ length: 20 }, (_, seed) =>
    Uint8Array.from({ length: height * width }, (_, i) => (i * (2 * seed + 1) * 37) % 256),
  );
  const { images: count, logitMismatches } = await board.check(images);
  console.log(`checked: logits of ${logitMismatches} of ${count} images differ`);
  return logitMismatches === 0;
}

try {
  const board = await connectBoard(port);
  console.log(`${port} ${board.info.board}, ${board.info.ramBytes} bytes for networks`);
  // An open port keeps the program alive. TypeScript and Node 24 close it at the end of a block: `await using board`.
  process.exitCode = (await deployAndCheck(board).finally(() => board.close())) ? 0 : 1;
} catch (error) {
  // The message of a bd-edge error names the problem and the fix.
  if (!(error instanceof BdEdgeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
