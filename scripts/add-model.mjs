// Adds a model to models/: exports a finished training run, tests it once in the engine, and writes its card.
//
//     node scripts/add-model.mjs RUN NAME [--stage finetuned] [--data FOLDER] [--license TEXT] [--models FOLDER]
//
// It writes to models/NAME/: model.bdm; card.json with all numbers; README.md, the same for people; samples.json with some
// images and their logits. It also updates the list of models in models/README.md.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { wilsonInterval } from '@bd-edge/host/internal';
import { memoryRequirement, memoryWithoutWeights, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { loadDataset } from '@bd-edge/trainer';
import { cardMarkdown, indexMarkdown, licenseOf, trainCommand } from './model-card.mjs';

const COMMAND = fileURLToPath(new URL('../cli/bin/bd-edge.js', import.meta.url));
const MODELS = fileURLToPath(new URL('../models', import.meta.url));
const SAMPLES = 8;
const INDEX = /(<!-- models -->\n)[^]*(<!-- end of models -->)/;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stage: { type: 'string', default: 'finetuned' },
    data: { type: 'string' },
    license: { type: 'string' },
    models: { type: 'string', default: MODELS },
  },
});
const [run, name] = positionals;
if (positionals.length !== 2 || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
  console.error('usage: node scripts/add-model.mjs RUN NAME [--stage S] [--data FOLDER] [--license TEXT]');
  console.error('NAME consists of small letters, digits and hyphens.');
  process.exit(2);
}
const record = readJson(join(run, 'run.json'));
const data = options.data ?? record.data;

const folder = join(options.models, name);
mkdirSync(folder, { recursive: true });
const file = join(folder, 'model.bdm');
const exported = bdEdge('export', run, '--stage', options.stage, '--data', data, '--name', name, '-o', file);
// The test images are used once: with the exported file, in the engine.
const tested = bdEdge('eval', file, '--data', data);

const bytes = readFileSync(file);
const model = parseModel(bytes);
const { license, redistributable } = licenseOf(record.data);
const correct = Math.round(tested.accuracy * tested.images);
const card = {
  name,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  data: { name: record.data, license: options.license ?? license },
  network: record.network,
  stage: options.stage,
  recipe: record.recipe,
  seed: record.seed,
  backend: record.backend,
  accuracy: {
    value: tested.accuracy,
    interval: wilsonInterval(correct, tested.images),
    correct,
    images: tested.images,
  },
  sizes: {
    fileBytes: bytes.length,
    weightBytes: model.weightBytes,
    arenaBytes: model.arenaBytes,
    boardBytes: memoryRequirement(model),
    boardBytesWithoutWeights: memoryWithoutWeights(model),
  },
  agreement: exported.agreement,
  commands: [
    ...trainCommands(run),
    `node scripts/add-model.mjs ${basename(run)} ${name}${options.stage === 'finetuned' ? '' : ` --stage ${options.stage}`}`,
  ],
};
writeJson(join(folder, 'card.json'), card);
writeJson(join(folder, 'samples.json'), await samples());
writeFileSync(join(folder, 'README.md'), cardMarkdown(card));
writeIndex();
console.log(`${folder}: ${(100 * card.accuracy.value).toFixed(2)} %, ${bytes.length} bytes`);

/** Returns the commands that trained a run, after those of the run that it started from. */
function trainCommands(run) {
  const { workingDirectory, ...settings } = readJson(join(run, 'settings.json'));
  const pretrained =
    settings.pretrained &&
    resolve(workingDirectory === undefined ? '.' : join(run, workingDirectory), settings.pretrained);
  const isRun = pretrained !== undefined && existsSync(join(pretrained, 'settings.json'));
  // A card says nothing about the computer.
  const named = (path) => (path !== undefined && isAbsolute(path) ? basename(path) : path);
  const shown = {
    ...settings,
    data: named(settings.data),
    network: named(settings.network),
    pretrained: isRun ? basename(pretrained) : named(settings.pretrained),
  };
  return [...(isRun ? trainCommands(pretrained) : []), `${trainCommand(shown)} --out ${basename(run)}`];
}

/** Returns images with the reference's logits: test images if their license permits, otherwise noise. */
async function samples() {
  const { height, width, channels } = model.input;
  const size = height * width * channels;
  const images = redistributable
    ? (await loadDataset(record.data)).test.images.slice(0, SAMPLES * size)
    : randomBytes(SAMPLES * size);
  const image = (i) => images.subarray(i * size, (i + 1) * size);
  return {
    what: redistributable ? `the first test images of ${record.data}` : 'noise',
    samples: Array.from({ length: SAMPLES }, (_, i) => ({
      image: Buffer.from(image(i)).toString('base64'),
      logits: Array.from(referenceLogits(model, image(i))),
    })),
  };
}

function writeIndex() {
  const cards = readdirSync(options.models)
    .filter((name) => existsSync(join(options.models, name, 'card.json')))
    .sort()
    .map((name) => readJson(join(options.models, name, 'card.json')));
  const path = join(options.models, 'README.md');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '<!-- models -->\n<!-- end of models -->\n';
  writeFileSync(
    path,
    before.replace(INDEX, (_, start, end) => `${start}${indexMarkdown(cards)}${end}`),
  );
}

/** Runs bd-edge with --json. Ends this script if it fails. */
function bdEdge(...args) {
  const { status, stdout } = spawnSync(process.execPath, [COMMAND, ...args, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

function readJson(path) {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  console.error(`${path} does not exist; name the folder of a finished training run.`);
  process.exit(4);
}

function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
