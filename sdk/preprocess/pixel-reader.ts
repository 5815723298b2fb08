import { PixelsError } from './errors.js';
import { requireSides } from './pixels.js';

/** What a page has pictures in, and a canvas can draw. */
export type PixelSource =
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | VideoFrame;

/**
 * A function that gives the pixels of images, videos, canvases, bitmaps and video frames, by way of one canvas that it
 * keeps: for pages and workers. The browser makes the `ImageData` that comes back, a new one each time.
 *
 * ```js
 * const read = pixelReader();
 * const { label } = network.run(preprocess(read(video), { to: network.input }));
 * ```
 *
 * A file becomes a bitmap first: `read(await createImageBitmap(file))`.
 *
 * @throws {PixelsError} from the function: if there is no picture yet, it is too large, or its origin forbids reading it
 */
export function pixelReader(): (source: PixelSource) => ImageData {
  if (typeof OffscreenCanvas === 'undefined') {
    throw new PixelsError(
      'This runtime has no OffscreenCanvas to read pictures with; decode them to raw pixels yourself.',
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
      throw new PixelsError(
        'The browser gives no canvas to read pictures with; close other pages and try again.',
      );
    try {
      // What was there would shine through where a picture is transparent.
      context.clearRect(0, 0, width, height);
      context.drawImage(source, 0, 0, width, height);
      return context.getImageData(0, 0, width, height, { colorSpace: 'srgb' });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new PixelsError(
        `The picture of ${width} x ${height} pixels cannot be read (${reason}); serve it from the same origin or with CORS, or make it smaller.`,
        { cause },
      );
    }
  };
}

/** In pixels of the picture itself, not of the page. */
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
    throw new PixelsError(
      'There is no picture yet: wait for its load event, or the loadeddata of a video, before reading it.',
    );
  }
  requireSides(width, height);
  return { width, height };
}
