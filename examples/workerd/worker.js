// Runs a network in Cloudflare's workerd. Post the bytes of an image:
//   head -c 64 /dev/urandom | curl --data-binary @- http://localhost:8787
import { ImageError, load } from '@bd-edge/sdk';
import model from './stripes.bdm';

/** All requests of this worker use one network. */
const loading = load(model);

export default {
  async fetch(request) {
    const network = await loading;
    try {
      const { className, logits } = network.run(new Uint8Array(await request.arrayBuffer()));
      return Response.json({ className, logits: [...logits], build: network.build });
    } catch (error) {
      if (error instanceof ImageError) return Response.json({ error: error.message }, { status: 400 });
      throw error;
    }
  },
};
