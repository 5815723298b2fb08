// For runtimes with a command line and web workers: the first case, in a worker.
import { readFileSync } from 'node:fs';
import { loadInWorker } from '@bd-edge/sdk/worker';

const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const [{ model, images }] = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
const network = await loadInWorker(decode(model));
const results = await Promise.all(images.map((image) => network.run(decode(image))));
network.close();
console.log(JSON.stringify(results.map(({ logits }) => [...logits])));
