/** The playground shows one image and one network at a time, with every intermediate result. */
import { EngineError, ImageError, pixelReader, preprocess } from '@bd-edge/sdk';
import { centered } from './drawing/center.js';
import { OpenedNetwork } from './network/opened-network.js';
import { showAnswer, showFacts, showInput } from './view/answer.js';
import { createBoardPanel } from './view/board.js';
import { CouplingView } from './view/coupling.js';
import { byId } from './view/element.js';
import { kindOf, takeDrops, takeFiles } from './view/files.js';
import { type Show, showLayers } from './view/layers.js';
import { attempt, hideError, showError } from './view/message.js';
import { createPad } from './view/pad.js';
import { showReport } from './view/report.js';
import { loadSamples, type Samples, showSamples } from './view/samples.js';
import { showTensorFlowTime, showTimes } from './view/times.js';

/** Files that are larger than this are not models. */
const MAX_FILE_BYTES = 2 ** 26;

let network: OpenedNetwork | undefined;
let samples: Samples = { images: [], labels: [] };
/** Makes the input of a network from the drawing, a sample or a file. */
let imageFor: (network: OpenedNetwork) => Uint8Array = fromPad;
let showing = false;
let shownAgain = false;

const pad = createPad(() => {
  imageFor = fromPad;
  void show();
});
const coupling = new CouplingView(() => fetchBytes('mnist-coupled.bdm'));

function fromPad({ model }: OpenedNetwork): Uint8Array {
  return centered(pad.pixels(), model.input);
}

/** Runs the network on the image and shows the results. Strokes drawn meanwhile are shown together afterwards. */
async function show(): Promise<void> {
  if (showing) {
    shownAgain = true;
    return;
  }
  showing = true;
  try {
    do {
      shownAgain = false;
      if (network) await showAll(network);
    } while (shownAgain);
  } catch (error) {
    const bytes = network?.bytes as Uint8Array<ArrayBuffer> | undefined;
    const remedy = { label: 'Restart', act: () => void attempt(async () => bytes && use(bytes))() };
    showError(
      error,
      error instanceof EngineError && error.code === 'worker-lost' && bytes ? remedy : undefined,
    );
  } finally {
    showing = false;
  }
}

async function showAll(network: OpenedNetwork): Promise<void> {
  const image = imageFor(network);
  showInput(network, image);
  showAnswer(network, await network.classify(image));
  const chosen = document.querySelector<HTMLInputElement>('input[name="show"]:checked');
  await showLayers(network, image, (chosen?.value ?? 'bits') as Show);
  await coupling.show(network, image);
}

const measure = attempt(async () => {
  if (network?.canBeInspected) await showTimes(network, imageFor(network));
});

/** Opens a network. If that fails, the previous one stays open. */
async function use(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const opened = await OpenedNetwork.open(bytes);
  network?.close();
  network = opened;
  for (const id of ['use-default', 'use-coupled'])
    byId(id).ariaPressed = String(byId(id).textContent === opened.name);
  hideError();
  showFacts(opened);
  await show();
  await measure();
}

async function open(file: File): Promise<void> {
  const kind = kindOf(file);
  if (kind === 'report') return showReport(file);
  if (file.size > MAX_FILE_BYTES)
    throw new RangeError(
      `${file.name} has ${file.size} bytes, more than this page accepts; use a smaller file.`,
    );
  if (kind === 'network') return use(new Uint8Array(await file.arrayBuffer()));
  const picture = await bitmapOf(file);
  try {
    const pixels = pixelReader()(picture);
    const invert = byId<HTMLInputElement>('invert').checked;
    imageFor = ({ model }) => preprocess(pixels, { to: model.input, fit: 'contain', invert });
    pad.show(picture);
  } finally {
    picture.close();
  }
  hideError();
  await show();
}

async function bitmapOf(file: File): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    throw new ImageError(
      'unreadable-image',
      `${file.name} cannot be read as an image; it is damaged, too large, or in a format that this browser does not support.`,
      { cause },
    );
  }
}

async function fetchBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(name);
  if (!response.ok)
    throw new Error(`${name} is missing beside this page (${response.status}); build the playground again.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The test images if they fit the network, else noise: the right logits of noise are known too. */
function testImages({ model: { input } }: OpenedNetwork) {
  const bytes = input.height * input.width * input.channels;
  if (bytes === samples.images[0]?.length) return samples;
  const noise = () => Uint8Array.from({ length: bytes }, () => Math.floor(256 * Math.random()));
  return { images: samples.images.map(noise) };
}

createBoardPanel(() => network, testImages);
takeFiles(byId('file'), open);
takeFiles(byId('report-file'), showReport);
takeDrops(open);
byId('measure').onclick = measure;
byId('measure-tensorflow').onclick = attempt(async () => {
  if (!network?.canBeInspected) return;
  await measure();
  await showTensorFlowTime(network, imageFor(network));
});
byId('use-default').onclick = attempt(async () => use(await fetchBytes('mnist.bdm')));
byId('use-coupled').onclick = attempt(async () => use(await fetchBytes('mnist-coupled.bdm')));
for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="show"]'))
  choice.onchange = () => void show();
// Pictures depend on the colors and the width of the page.
matchMedia('(prefers-color-scheme: dark)').onchange = () => void show();
window.onresize = () => void show();

await attempt(async () => {
  samples = await loadSamples();
  const chooseSample = (image: Uint8Array, canvas: HTMLCanvasElement) => {
    const drawn = () => preprocess(pad.pixels(), { to: (network as OpenedNetwork).model.input });
    pad.show(canvas);
    imageFor = ({ model: { input } }) =>
      input.height * input.width * input.channels === image.length ? image : drawn();
    void show();
  };
  showSamples(samples, chooseSample);
  byId('samples').querySelector('button')?.click();
  await use(await fetchBytes('mnist.bdm'));
})();
