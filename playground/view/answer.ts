import type { Result } from '@bd-edge/sdk';
import type { OpenedNetwork } from '../network/opened-network.js';
import { byId, element, formatted } from './element.js';

/** Rows shown of networks with many classes. */
const MOST_ROWS = 20;

/** How long the answer must stand still before a screen reader is told, in ms: a stroke changes it many times. */
const QUIET_MS = 250;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the class and the logits. */
export function showAnswer(network: OpenedNetwork, { label, logits }: Result): void {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
  const said = network.labelOf(label);
  byId('said').textContent = said;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const second = order[1];
    byId('answer').textContent =
      second === undefined
        ? said
        : `${said}, ahead of ${network.labelOf(second)} by ${formatted(logits[label] - logits[second])}`;
  }, QUIET_MS);
  const shown = logits.length <= MOST_ROWS ? Array.from(logits.keys()) : order.slice(0, MOST_ROWS);
  const low = logits[order[order.length - 1]];
  const range = Math.max(1, logits[label] - low);
  byId('logits')
    .querySelector('tbody')
    ?.replaceChildren(
      ...shown.map((index) => {
        const bar = element('div', { className: 'bar' });
        bar.style.width = `${(100 * (logits[index] - low)) / range}%`;
        return element(
          'tr',
          { className: index === label ? 'first' : '' },
          element('th', { scope: 'row' }, network.labelOf(index)),
          element('td', {}, bar),
          element('td', {}, formatted(logits[index])),
        );
      }),
    );
}

/** Shows an input of a network. */
export function showInput({ model: { input } }: OpenedNetwork, image: Uint8Array): void {
  const { width, height, channels } = input;
  const canvas = byId<HTMLCanvasElement>('seen');
  paintInput(canvas, image, width, height, channels);
  canvas.ariaLabel = `What the network sees, ${width} x ${height} pixels`;
}

/** Paints bytes, channels last, into a canvas of their size. */
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

/** Shows what is known of a network. */
export function showFacts(network: OpenedNetwork): void {
  const { input, nodes, fileBytes, weightBytes, arenaBytes, metadata } = network.model;
  const facts: [string, string][] = [
    ['name', network.name],
    ['takes', `${input.height} × ${input.width} × ${input.channels}, ${nodes.length} ops`],
    ['file', `${formatted(fileBytes)} bytes, weights ${formatted(weightBytes)}`],
    ['arena', `${formatted(arenaBytes)} bytes`],
    ['answers from', `a worker, on the ${network.build} build`],
  ];
  if (typeof metadata?.preprocessing === 'string') facts.push(['preprocessing', metadata.preprocessing]);
  byId('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}
