/** The playground shows one image and one network at a time, with every intermediate result. */
import { EngineError, ImageError, pixelReader } from '@bd-edge/sdk';
import { inputFor, invertsFor, type Picture } from './drawing/picture.js';
import { readsDigits } from './network/digits.js';
import { OpenedNetwork } from './network/opened-network.js';
import { showAnswer, showFacts, showInput, showNoAnswer } from './view/answer.js';
import { createBoardPanel } from './view/board.js';
import { createCamera } from './view/camera.js';
import { CouplingView } from './view/coupling.js';
import { byId } from './view/element.js';
import { kindOf, START_BYTES, takeDrops, takeFiles } from './view/files.js';
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
/** What the network reads; undefined until something is chosen for a network that does not read digits. */
let picture: Picture | undefined;
/** Whether black and white are swapped, if that was chosen for this picture and network. */
let chosenInvert: boolean | undefined;
let showing = false;
let shownAgain = false;

const invertBox = byId<HTMLInputElement>('invert');
const pad = createPad(() => void take({ kind: 'drawing', pixels: pad.pixels() }));
const camera = createCamera(
  async (pixels) => {
    picture = { kind: 'photo', pixels };
    await pad.showPixels(pixels);
    if (network) await showClass(network, picture);
  },
  (pixels) => take({ kind: 'photo', pixels }),
);
const coupling = new CouplingView(() => fetchBytes('mnist-coupled.bdm'));

/** Shows another picture, in the colors that suit it. */
function take(next: Picture): Promise<void> {
  camera.stop();
  picture = next;
  chosenInvert = undefined;
  return show();
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
  if (!picture) {
    showNoAnswer();
    coupling.clear();
    byId('layers').replaceChildren();
    return;
  }
  const image = await showClass(network, picture);
  const chosen = document.querySelector<HTMLInputElement>('input[name="show"]:checked');
  await showLayers(network, image, (chosen?.value ?? 'bits') as Show);
  await coupling.show(network, image);
}

/** Shows the class of a picture. @returns the input of the network */
async function showClass(network: OpenedNetwork, picture: Picture): Promise<Uint8Array> {
  const { model } = network;
  const invert = chosenInvert ?? invertsFor(picture, model);
  invertBox.checked = invert;
  invertBox.disabled = picture.kind !== 'photo';
  const image = inputFor(picture, model, invert);
  showInput(network, image);
  showAnswer(network, await network.classify(image));
  return image;
}

/** Returns the input of the network now: the picture, or black. */
function currentInput({ model }: OpenedNetwork): Uint8Array {
  const { height, width, channels } = model.input;
  if (!picture) return new Uint8Array(height * width * channels);
  return inputFor(picture, model, chosenInvert ?? invertsFor(picture, model));
}

const measure = attempt(async () => {
  if (network?.canBeInspected) await showTimes(network, currentInput(network));
});

/** Opens a network. If that fails, the previous one stays open. */
async function use(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const opened = await OpenedNetwork.open(bytes);
  network?.close();
  network = opened;
  chosenInvert = undefined;
  offerDigits(readsDigits(opened.model));
  for (const id of ['use-default', 'use-coupled'])
    byId(id).ariaPressed = String(byId(id).textContent === opened.name);
  hideError();
  showFacts(opened);
  await show();
  await measure();
}

/** Shows what is for digits alone, or hides it. A drawn digit says nothing to another network. */
function offerDigits(digits: boolean): void {
  byId('draw-title').textContent = digits ? 'Draw a digit' : 'The picture';
  byId('samples-part').hidden = !digits;
  if (digits && !picture) byId('samples').querySelector('button')?.click();
  if (!digits && picture?.kind !== 'photo') {
    picture = undefined;
    pad.wipe();
  }
}

async function open(file: File): Promise<void> {
  const kind = kindOf(file, new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer()));
  if (kind === 'report') return showReport(file);
  if (file.size > MAX_FILE_BYTES)
    throw new RangeError(
      `${file.name} has ${file.size} bytes, more than this page accepts; use a smaller file.`,
    );
  if (kind === 'network') return use(new Uint8Array(await file.arrayBuffer()));
  const bitmap = await bitmapOf(file);
  let pixels: ImageData;
  try {
    pixels = pixelReader()(bitmap);
    pad.show(bitmap);
  } finally {
    bitmap.close();
  }
  hideError();
  await take({ kind: 'photo', pixels });
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

/** The test images if the network reads digits of their size, else noise: its right logits are known too. */
function testImages({ model }: OpenedNetwork) {
  const { height, width, channels } = model.input;
  const bytes = height * width * channels;
  if (readsDigits(model) && bytes === samples.images[0]?.length) return samples;
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
  await showTensorFlowTime(network, currentInput(network));
});
byId('use-default').onclick = attempt(async () => use(await fetchBytes('mnist.bdm')));
byId('use-coupled').onclick = attempt(async () => use(await fetchBytes('mnist-coupled.bdm')));
invertBox.onchange = () => {
  chosenInvert = invertBox.checked;
  void show();
};
for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="show"]'))
  choice.onchange = () => void show();
// Pictures depend on the colors and the width of the page.
matchMedia('(prefers-color-scheme: dark)').onchange = () => void show();
window.onresize = () => void show();

await attempt(async () => {
  samples = await loadSamples();
  const chooseSample = (image: Uint8Array, canvas: HTMLCanvasElement) => {
    pad.show(canvas);
    void take({ kind: 'sample', image, pixels: pad.pixels() });
  };
  showSamples(samples, chooseSample);
  byId('samples').querySelector('button')?.click();
  await use(await fetchBytes('mnist.bdm'));
})();
