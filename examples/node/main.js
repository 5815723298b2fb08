// Runs a network in Node; the same file runs in Deno (`deno run --allow-read main.js`) and Bun (`bun main.js`).
import { load } from '@bd-edge/sdk';

const network = await load(new URL('stripes.bdm', import.meta.url));
const { height, width } = network.input;

const drawings = {
  'rows, every second one white': (y) => 255 * (y % 2),
  'columns, every second one white': (_, x) => 255 * (x % 2),
  'all gray': () => 100,
};
for (const [what, brightness] of Object.entries(drawings)) {
  const pixels = Uint8Array.from({ length: height * width }, (_, i) =>
    brightness(Math.floor(i / width), i % width),
  );
  const { className, logits } = network.run(pixels);
  console.log(`${what}: ${className} (${logits.join(', ')})`);
}
console.log(`engine build: ${network.build}`);
