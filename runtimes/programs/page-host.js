// A simulated board in a page: deploys the first case to it and reads the logits.
import { connectBoard, openPort } from '@bd-edge/host';

const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function run() {
  const [{ model, images }] = await (await fetch('/cases.json')).json();
  const board = await connectBoard('sim:');
  await board.deploy(decode(model));
  const logits = [];
  for (const image of images) logits.push([...(await board.infer(decode(image))).logits]);
  const refused = await openPort('socket://127.0.0.1:1').catch((error) => error.message);
  return { logits, refused };
}
globalThis.answer = run();
