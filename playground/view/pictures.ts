/** Pictures of one size, painted side by side into one canvas. CSS enlarges them and keeps them sharp. */
export interface Pictures {
  width: number;
  height: number;
  pictures: ArrayLike<number>[];
  /** The color of a value. */
  color: (value: number) => Color;
}

export type Color = readonly [red: number, green: number, blue: number];

/** The size of a picture's pixel, in pixels of the page, by the picture's larger side. */
const SIZES: [from: number, size: number][] = [
  [24, 2],
  [12, 3],
  [6, 5],
  [2, 8],
  [0, 14],
];

export function paintPictures(canvas: HTMLCanvasElement, { width, height, pictures, color }: Pictures): void {
  const scale = SIZES.find(([from]) => Math.max(width, height) >= from)?.[1] ?? 1;
  const room = canvas.parentElement?.clientWidth || 320;
  const columns = Math.max(1, Math.min(pictures.length, Math.floor(room / ((width + 1) * scale))));
  const rows = Math.ceil(pictures.length / columns);
  Object.assign(canvas, { width: columns * (width + 1) - 1, height: rows * (height + 1) - 1 });
  canvas.style.width = `${canvas.width * scale}px`;
  const image = new ImageData(canvas.width, canvas.height);
  pictures.forEach((picture, k) => {
    const left = (k % columns) * (width + 1);
    const top = Math.floor(k / columns) * (height + 1);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const x = left + (pixel % width);
      const y = top + Math.floor(pixel / width);
      const [red, green, blue] = color(picture[pixel]);
      image.data.set([red, green, blue, 255], 4 * (y * canvas.width + x));
    }
  });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** Returns a color of style.css in the current color scheme. */
export function colorOf(name: string): Color {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16)) as unknown as Color;
}

/** Mixes two colors: 0 gives the first, 1 the second. */
export function mix(from: Color, to: Color, share: number): Color {
  return from.map((value, i) => Math.round(value + (to[i] - value) * share)) as unknown as Color;
}
