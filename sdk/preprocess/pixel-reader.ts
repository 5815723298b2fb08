import type { DomType } from '../dom-type.js';
import { ImageError } from '../errors.js';
import { messageOf } from '../realm.js';
import { requireSides } from './pixels.js';

/** The images of a page or worker that a canvas can draw. */
export type PixelSource =
  | DomType<'HTMLImageElement'>
  | DomType<'HTMLVideoElement'>
  | DomType<'HTMLCanvasElement'>
  | DomType<'OffscreenCanvas'>
  | DomType<'ImageBitmap'>
  | DomType<'VideoFrame'>;

/**
 * Creates a function that reads the pixels of images, videos, canvases, bitmaps and video frames, for
 * pages and workers. It draws them on one canvas that it keeps, and returns a new `ImageData` each time.
 *
 * ```js
 * const read = pixelReader();
 * const { classIndex } = network.run(preprocess(read(video), { to: network.input }));
 * ```
 *
 * Turn a file into a bitmap first: `read(await createImageBitmap(file))`.
 *
 * @throws {ImageError} `no-canvas` if this runtime has no OffscreenCanvas; from the function:
 *   `empty-image` before the image is loaded, `image-too-large`, or `unreadable-image` if its origin
 *   forbids reading it
 */
export function pixelReader(): (source: PixelSource) => DomType<'ImageData'> {
  if (typeof OffscreenCanvas === 'undefined') {
    throw new ImageError(
      'no-canvas',
      'This runtime has no OffscreenCanvas to read images with; decode them to raw pixels first.',
    );
  }
  let canvas: OffscreenCanvas | undefined;
  let context: OffscreenCanvasRenderingContext2D | null = null;
  return (source) => {
    const { width, height } = sizeOf(source);
    if (!canvas || !context || canvas.width !== width || canvas.height !== height) {
      canvas = new OffscreenCanvas(width, height);
      context = canvas.getContext('2d', { willReadFrequently: true });
    }
    if (!context)
      throw new ImageError(
        'no-canvas',
        'The browser has no memory for a canvas to read images with; close other pages and try again.',
      );
    try {
      // The previous image would shine through a transparent one.
      context.clearRect(0, 0, width, height);
      context.drawImage(source, 0, 0, width, height);
      return context.getImageData(0, 0, width, height, { colorSpace: 'srgb' });
    } catch (cause) {
      const reason = messageOf(cause);
      throw new ImageError(
        'unreadable-image',
        `The image of ${width} x ${height} pixels cannot be read (${reason}); serve it from the same origin or with CORS, or make it smaller.`,
        { cause },
      );
    }
  };
}

/** Returns the size in pixels of the image itself, not of the page. */
function sizeOf(source: PixelSource): { width: number; height: number } {
  const sides =
    'videoWidth' in source
      ? [source.videoWidth, source.videoHeight]
      : 'naturalWidth' in source
        ? [source.naturalWidth, source.naturalHeight]
        : 'displayWidth' in source
          ? [source.displayWidth, source.displayHeight]
          : [source.width, source.height];
  const [width, height] = sides;
  if (width === 0 || height === 0) {
    throw new ImageError(
      'empty-image',
      'The image has no pixels yet; wait for its load event, or for loadeddata of a video, before reading it.',
    );
  }
  requireSides(width, height);
  return { width, height };
}
