import { loadInWorker } from '@bd-edge/sdk/worker';

const output = document.querySelector('output');
let network;

document.querySelector('#run').addEventListener('click', () => attempt(run));
document.querySelector('#stop').addEventListener('click', () => network?.close());
attempt(async () => {
  network = await loadInWorker('stripes.bdm');
  output.value = `ready on the ${network.build} build`;
});

async function run() {
  const { height, width } = network.input;
  const counts = {};
  for (let image = 0; image < 1000; image++) {
    const pixels = crypto.getRandomValues(new Uint8Array(height * width));
    const { className } = await network.run(pixels);
    counts[className] = (counts[className] ?? 0) + 1;
  }
  output.value = Object.entries(counts)
    .map(([className, count]) => `${className} ${count}`)
    .join(', ');
}

/** Shows the message of an error: a missing model, a worker that was stopped. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    output.value = error.message;
  }
}
