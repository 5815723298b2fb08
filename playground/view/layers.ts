import { computedSize, kernelOf } from '@bd-edge/sdk/internal';
import { bitsOf } from '../network/bits.js';
import { type Histogram, histogramOf, type Margins, marginsOf } from '../network/margins.js';
import type { OpenedNetwork } from '../network/opened-network.js';
import { hasThresholds } from '../network/sums.js';
import { byId, element, formatted, percent } from './element.js';
import { colorOf, mix, type Pictures, paintPictures } from './pictures.js';

/** The view of an op: its bits, or the distances of its sums from their thresholds. */
export type Show = 'bits' | 'margins';

/** Shows the output of each op for an image. */
export async function showLayers(network: OpenedNetwork, image: Uint8Array, show: Show): Promise<void> {
  const place = byId('layers');
  byId('legend').replaceChildren(...legend(show));
  if (!network.canBeInspected) {
    place.replaceChildren(
      element('p', {}, 'This network is too large to inspect here; `bd-edge inspect` prints its ops.'),
    );
    return;
  }
  const { ops, tensors } = network.model;
  const layers = await network.layers(image);
  const drawn = await Promise.all(
    ops.map(async (record, op) => {
      const tensor = tensors[op + 1];
      if (tensor.type !== 'bits') return undefined;
      const margins =
        record.kind !== 'max-pool' && record.epilogue.kind === 'threshold' && hasThresholds(network.model, op)
          ? marginsOf(await network.sums(op, image), record.epilogue)
          : undefined;
      return { op, tensor, sums: computedSize(record), bits: bitsOf(tensor, layers[op]), margins };
    }),
  );
  const shown = drawn.filter((layer) => layer !== undefined);
  const frames = shown.map(() => element('canvas', { className: 'planes' }));
  place.replaceChildren(
    ...shown.map(({ op, bits, margins }, i) => {
      frames[i].setAttribute('role', 'img');
      frames[i].setAttribute('aria-label', describe(bits, margins));
      const inside: Node[] = [
        element('h3', {}, title(network, op)),
        element('p', {}, describe(bits, margins)),
        frames[i],
      ];
      if (margins && show === 'margins') inside.push(chart(histogramOf(margins)));
      return element('div', { className: 'layer' }, ...inside);
    }),
  );
  // The available width is known only when the elements are in the page.
  shown.forEach(({ tensor, sums, bits, margins }, i) => {
    // Margins are those of all sums, before the pool.
    const [{ width, height }, pictures] =
      show === 'margins' && margins ? [sums, marginPictures(margins)] : [tensor, bitPictures(bits)];
    paintPictures(frames[i], { width, height, ...pictures });
  });
}

function title({ model }: OpenedNetwork, op: number): string {
  const record = model.ops[op];
  const { width, height, channels, planes } = model.tensors[op + 1];
  const { kernelHeight, kernelWidth } = record.window;
  const kind = record.kind.replace('-convolution', '');
  const pool =
    'pool' in record && record.pool ? `, max-pool ${record.pool.height} × ${record.pool.width}` : '';
  const size = `${kernelHeight} × ${kernelWidth}${pool}`;
  const pairs = planes === 2 ? ', 2 planes' : '';
  const kernel = !('weights' in record) ? '' : ` · ${kernelOf(model, op, 'simd').name} kernel`;
  return `${op + 1}. ${kind} ${size} → ${height} × ${width} × ${channels}${pairs}${kernel}`;
}

function describe(bits: Uint8Array[], margins?: Margins): string {
  if (!margins) {
    const total = bits.length * bits[0].length;
    const set = bits.reduce((sum, picture) => sum + picture.reduce((all, bit) => all + bit, 0), 0);
    return `${formatted(set)} of ${formatted(total)} bits are set (${percent(set / total)}).`;
  }
  const { fired, total, nearest, mean } = margins;
  return (
    `${formatted(fired)} of ${formatted(total)} thresholds fired (${percent(fired / total)}). On average a sum is ${formatted(Math.round(mean * 10) / 10)} ` +
    `from its threshold; the nearest, in channel ${nearest.channel + 1}, ${nearest.distance}.`
  );
}

function bitPictures(bits: Uint8Array[]): Pick<Pictures, 'pictures' | 'color'> {
  const [off, on] = [colorOf('--cell'), colorOf('--bit')];
  return { pictures: bits, color: (bit) => (bit ? on : off) };
}

/** Colors margins: strong if a sum is far from its threshold, faint if it is near. */
function marginPictures({ pictures, mean }: Margins): Pick<Pictures, 'pictures' | 'color'> {
  const [cell, fired, silent] = ['--cell', '--fired', '--silent'].map(colorOf);
  return {
    pictures,
    color: (margin) =>
      mix(cell, margin > 0 ? fired : silent, Math.min(1, 0.12 + Math.abs(margin) / (2 * mean))),
  };
}

function legend(show: Show): Node[] {
  const entry = (name: string, text: string) => {
    const swatch = element('span', { className: 'swatch' });
    swatch.style.background = `var(${name})`;
    return [swatch, document.createTextNode(text)];
  };
  return show === 'bits'
    ? [...entry('--bit', 'set'), ...entry('--cell', 'not set')]
    : [
        ...entry('--fired', 'fired'),
        ...entry('--silent', 'did not'),
        ...entry('--cell', 'faint: near its threshold'),
      ];
}

const SVG = 'http://www.w3.org/2000/svg';

/** Draws a histogram of distances to the threshold: bits not set on the left, set bits on the right. */
function chart({ step, set, unset }: Histogram): SVGSVGElement {
  const bars = [
    ...[...unset].reverse().map((count) => ({ count, kind: 'unset' })),
    ...set.map((count) => ({ count, kind: 'set' })),
  ];
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${bars.length * 10} 50`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'histogram');
  svg.setAttribute('role', 'img');
  svg.setAttribute(
    'aria-label',
    `Distances to the threshold, ${step} a bar: ${formatted(unset[0])} bits not set and ${formatted(set[0])} set are within the first bar.`,
  );
  bars.forEach(({ count, kind }, i) => {
    const bar = document.createElementNS(SVG, 'rect');
    const height = (48 * count) / highest;
    for (const [name, value] of Object.entries({ x: i * 10 + 1, y: 50 - height, width: 8, height }))
      bar.setAttribute(name, String(value));
    bar.setAttribute('class', kind);
    svg.append(bar);
  });
  const middle = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({ x1: unset.length * 10, x2: unset.length * 10, y1: 0, y2: 50 }))
    middle.setAttribute(name, String(value));
  svg.append(middle);
  return svg;
}
