// Trains a BinaryDuo network on MNIST, exports it, deploys it to a simulated board, and compares the results of all 10,000
// test images on the board with those of the host.
//
// Run it with `npm start`. It uses the public API only.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBoard } from '@bd-edge/host';
import { exportModel, loadDataset, recipeFor, selectBackend, trainBinaryDuo } from '@bd-edge/trainer';
import { startSimulatedBoard } from './simulated-board.mjs';
import { Steps } from './steps.mjs';

const USAGE =
  'npm start takes no arguments. It trains, exports, deploys and checks a network in runs/quick-start.';
if (process.argv.length > 2) {
  const help = process.argv[2] === '--help';
  console[help ? 'log' : 'error'](help ? USAGE : `unexpected argument "${process.argv[2]}". ${USAGE}`);
  process.exit(help ? 0 : 2);
}

const directory = join('runs', 'quick-start');
const modelFile = join(directory, 'model.bdm');
const seed = 1;
const steps = new Steps();

const backend = await selectBackend();
console.log(`Training backend: ${backend.description}`);
const recipe = recipeFor('mnist', backend.name);
const dataset = await loadDataset('mnist');

const trained = await steps.run('train', (progress) =>
  trainBinaryDuo(dataset, recipe, {
    directory,
    seed,
    onProgress: ({ phase, epoch, epochs, step, steps, loss, accuracy }) =>
      progress((epoch - 1) * steps + step, epochs * steps, {
        label: phase,
        note: `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${(100 * accuracy).toFixed(1)} %`,
      }),
  }),
);

const exported = await steps.run('export', (progress) =>
  exportModel(trained.finetuned.model, {
    metadata: { name: 'mnist', labels: dataset.classNames },
    validation: trained.validation,
    onProgress: (done, total) => progress(done, total),
  }),
);
await mkdir(directory, { recursive: true });
await writeFile(modelFile, exported.bytes);

// The board is another process, reached by TCP. For a real one: connectBoard('/dev/ttyUSB0').
const simulator = await startSimulatedBoard();
const board = await connectBoard(simulator.port);
const deployed = await steps.run('deploy', (progress) =>
  board.deploy(exported.bytes, {
    onProgress: ({ offset, total, part }) => progress(offset, total, { note: part }),
  }),
);

const { test } = dataset;
const imageBytes = test.height * test.width * test.channels;
const images = Array.from({ length: test.count }, (_, i) =>
  test.images.subarray(i * imageBytes, (i + 1) * imageBytes),
);
const checked = await steps.run('check', (progress) =>
  board.check(images, {
    labels: test.labels,
    onProgress: ({ done, total, mismatches }) => progress(done, total, { note: `${mismatches} differ` }),
  }),
);
await board.close();
simulator.stop();

const percent = (share) => `${(100 * share).toFixed(2)} %`;
const bytes = (count) => `${count.toLocaleString('en-US')} bytes`;
const { agreement } = exported;
steps.print([
  ['test accuracy, coupled', percent(trained.coupled.testAccuracy)],
  ['test accuracy, decoupled', percent(trained.decoupled.testAccuracy)],
  ['test accuracy, finetuned', percent(trained.finetuned.testAccuracy)],
  ['test accuracy, on the board', percent(checked.accuracy)],
  [
    'board against the reference',
    `${checked.classMismatches} classes and ${checked.logitMismatches} logits differ, of ${checked.images} images`,
  ],
  [
    'export against the graph',
    `${agreement.classesDiffering} classes and ${agreement.activationsDiffering} activations differ, of ${agreement.images} images`,
  ],
  ['weights', bytes(exported.model.weightBytes)],
  ['arena', bytes(exported.model.arenaBytes)],
  [
    'upload',
    `${bytes(deployed.bytesSent)} (engine ${bytes(deployed.engine.bytes)}, model ${bytes(deployed.model.bytes)})`,
  ],
]);
console.log(`\nTrained on: ${backend.description}.${backend.hint ? `\n${backend.hint}` : ''}`);
console.log(`
The model is ${modelFile}; the trained networks and their logs are beside it. Try next:
  npx bd-edge inspect ${modelFile}
  npx bd-edge simulate --listen 127.0.0.1:7000
  npx bd-edge check ${modelFile} --port socket://127.0.0.1:7000 --data mnist --deploy
  npx bd-edge deploy ${modelFile} --port /dev/ttyUSB0`);

if (checked.classMismatches + checked.logitMismatches > 0) process.exitCode = 1;
