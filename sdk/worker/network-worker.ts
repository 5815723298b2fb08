/**
 * The script of the worker that {@link loadInWorker} starts: one network, and a reply to each message.
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
  if ('load' in request) {
    network = await load(request.load.model, request.load.options);
    const { classify: _, run: __, runBatch: ___, close: ____, ...facts } = network;
    return facts;
  }
  const loaded = network as Network;
  if ('classify' in request) {
    const { classify: image, options } = request;
    try {
      return loaded.classify(image, options);
    } finally {
      // The copy that came in the message; without this a video frame keeps its memory.
      if ('close' in image) image.close();
    }
  }
  if ('images' in request) return loaded.runBatch(request.images);
  return loaded.run(request.image);
}
