import { paintInput } from './answer.js';
import { byId, element } from './element.js';

/** Images of 28 x 28 gray pixels with their classes. */
export interface Samples {
  images: Uint8Array[];
  labels: number[];
}

const SIDE = 28;

/** Fetches the samples. */
export async function loadSamples(): Promise<Samples> {
  const [bytes, labels] = await Promise.all([
    fetch('digits.u8').then((response) => response.arrayBuffer()),
    fetch('digits.json').then((response) => response.json()),
  ]);
  const size = SIDE * SIDE;
  return { images: labels.map((_: number, i: number) => new Uint8Array(bytes, i * size, size)), labels };
}

/** Shows a button for each image. */
export function showSamples(
  { images, labels }: Samples,
  choose: (image: Uint8Array, canvas: HTMLCanvasElement) => void,
): void {
  byId('samples').replaceChildren(
    ...images.slice(0, 20).map((image, i) => {
      const canvas = element('canvas');
      paintInput(canvas, image, SIDE, SIDE, 1);
      return element(
        'button',
        {
          type: 'button',
          ariaLabel: `Test image ${i + 1}, a ${labels[i]}`,
          onclick: () => choose(image, canvas),
        },
        canvas,
      );
    }),
  );
}
