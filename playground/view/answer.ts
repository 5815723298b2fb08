import type { Result } from '@bd-edge/sdk';
import type { OpenedNetwork } from '../network/opened-network.js';
import { byId, element, formatted } from './element.js';

/** The number of rows shown for networks with many classes. */
const MAX_ROWS = 20;

/** The delay, in ms, before a screen reader announces a result: a stroke changes it many times. */
const QUIET_MS = 250;

/** The longest delay: the frames of a camera follow one another without a pause. */
const MAX_DELAY_MS = 1000;

let timer: ReturnType<typeof setTimeout> | undefined;
/** When the result that is not announced yet began to wait; undefined if none does. */
let waitingSince: number | undefined;

/** Shows the class and the logits. */
export function showAnswer(network: OpenedNetwork, { classIndex, logits }: Result): void {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
  const said = network.classNameOf(classIndex);
  byId('said').textContent = said;
  clearTimeout(timer);
  const now = performance.now();
  waitingSince ??= now;
  timer = setTimeout(
    () => {
      waitingSince = undefined;
      const second = order[1];
      byId('answer').textContent =
        second === undefined
          ? said
          : `${said}, ahead of ${network.classNameOf(second)} by ${formatted(logits[classIndex] - logits[second])}`;
    },
    Math.max(0, Math.min(QUIET_MS, waitingSince + MAX_DELAY_MS - now)),
  );
  const shown = logits.length <= MAX_ROWS ? Array.from(logits.keys()) : order.slice(0, MAX_ROWS);
  const low = logits[order[order.length - 1]];
  const range = Math.max(1, logits[classIndex] - low);
  byId('logits')
    .querySelector('tbody')
    ?.replaceChildren(
      ...shown.map((index) => {
        const bar = element('div', { className: 'bar' });
        bar.style.width = `${(100 * (logits[index] - low)) / range}%`;
        return element(
          'tr',
          { className: index === classIndex ? 'first' : '' },
          element('th', { scope: 'row' }, network.classNameOf(index)),
          element('td', {}, bar),
          element('td', {}, formatted(logits[index])),
        );
      }),
    );
}

/** Shows that there is no picture yet. */
export function showNoAnswer(): void {
  clearTimeout(timer);
  waitingSince = undefined;
  byId('said').textContent = '–';
  byId('answer').textContent = 'Open a picture, use the camera, or draw.';
  byId('logits').querySelector('tbody')?.replaceChildren();
  const canvas = byId<HTMLCanvasElement>('seen');
  canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
}

/** Shows the input of a network. */
export function showInput({ model: { input } }: OpenedNetwork, image: Uint8Array): void {
  const { width, height, channels } = input;
  const canvas = byId<HTMLCanvasElement>('seen');
  paintInput(canvas, image, width, height, channels);
  canvas.ariaLabel = `The input of the network, ${width} x ${height} pixels`;
}

/** Paints bytes, channels last, into a canvas of the same size. */
export function paintInput(
  canvas: HTMLCanvasElement,
  image: Uint8Array,
  width: number,
  height: number,
  channels: number,
): void {
  Object.assign(canvas, { width, height });
  const picture = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++)
      picture.data[4 * pixel + c] = image[pixel * channels + Math.min(c, channels - 1)];
    picture.data[4 * pixel + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}

/** Shows facts about a network. */
export function showFacts(network: OpenedNetwork): void {
  const { input, ops, fileBytes, weightBytes, arenaBytes, metadata } = network.model;
  const facts: [string, string][] = [
    ['name', network.name],
    ['input', `${input.height} × ${input.width} × ${input.channels}, ${ops.length} ops`],
    ['file', `${formatted(fileBytes)} bytes, weights ${formatted(weightBytes)}`],
    ['arena', `${formatted(arenaBytes)} bytes`],
    ['runs in', `a worker, on the ${network.build} build`],
  ];
  if (typeof metadata?.preprocessing === 'string') facts.push(['preprocessing', metadata.preprocessing]);
  byId('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}
