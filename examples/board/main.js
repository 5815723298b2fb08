// Brings a network to a board and checks it there: `node main.js /dev/ttyUSB0` (or COM3, socket://host:port).
// Without a port, to a simulated board in this program.
import { readFile } from 'node:fs/promises';
import { BoardClient, check, deploy, openPort } from '@bd-edge/host';
import { BdEdgeError, parseModel } from '@bd-edge/sdk';

const [port = 'sim:'] = process.argv.slice(2);

/** What the board answered is what this machine computes. */
async function agrees(client) {
  const model = await readFile(new URL('stripes.bdm', import.meta.url));
  const { bytesSent, bytesSkipped } = await deploy({ client, model });
  console.log(`deployed: ${bytesSent} bytes sent, ${bytesSkipped} were there already`);

  const { height, width } = parseModel(model).input;
  const images = Array.from({ length: 20 }, (_, seed) =>
    Uint8Array.from({ length: height * width }, (_, i) => (i * (2 * seed + 1) * 37) % 256),
  );
  const { images: count, logitMismatches } = await check({ client, model, images });
  console.log(`checked: ${logitMismatches} of ${count} images have other logits than here`);
  return logitMismatches === 0;
}

try {
  const client = await BoardClient.connect(await openPort(port));
  console.log(`${port}: ${client.welcome.board}, ${client.welcome.ramBytes} bytes for networks`);
  // An open line keeps the program alive, so it is closed whatever happens.
  process.exitCode = (await agrees(client).finally(() => client.close())) ? 0 : 1;
} catch (error) {
  // A bd-edge error is a sentence for people: what was received, and what to do.
  if (!(error instanceof BdEdgeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
