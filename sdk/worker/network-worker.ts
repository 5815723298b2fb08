/**
 * What runs in the worker that {@link loadInWorker} starts: one network, and an answer to each message.
 *
 * @module
 */
import { load, type Network } from '../engine/network.js';
import { type Reply, type Request, sendableError } from './messages.js';

let network: Network | undefined;

globalThis.onmessage = async ({ data }: MessageEvent<Request>) => {
  const reply = (answer: Reply) => postMessage(answer);
  try {
    reply({ id: data.id, result: await answerTo(data) });
  } catch (error) {
    reply({ id: data.id, error: sendableError(error) });
  }
};

async function answerTo(request: Request) {
  if ('image' in request) return (network as Network).run(request.image);
  if ('images' in request) return (network as Network).runBatch(request.images);
  network = await load(request.load.model, request.load.options);
  const { run: _, runBatch: __, close: ___, ...facts } = network;
  return facts;
}
