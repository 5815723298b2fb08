import { expect, it } from 'vitest';
import { batches, type ImageSet, type ImageStream, subset } from '../data/index.js';
import { bars } from '../testing/bars.js';
import { gallerySection } from './gallery.js';

function streamOf({ images: _, ...set }: ImageSet, all: ImageSet): ImageStream {
  return {
    ...set,
    batches: async function* (size, options) {
      yield* batches(all, size, options);
    },
    subset: (indices) => streamOf(subset(all, indices), subset(all, indices)),
  };
}

it('shows the pictures of images in memory and of images on disk', async () => {
  const set = bars(10, 1);
  const wrong = [7, 2].map((index) => ({
    ...{ index, className: 'a', predicted: 'b', score: index / 10, classScore: 0 },
  }));
  const html = await gallerySection(wrong, set);
  expect(html.match(/title="[^"]*"/g)).toEqual(['title="image 7"', 'title="image 2"']);
  expect(new Set(html.match(/base64,[^"]+/g)).size).toBe(2);
  expect(await gallerySection(wrong, streamOf(set, set))).toBe(html);
});

it('has no picture of a network without errors', async () => {
  const html = await gallerySection([], bars(2, 1));
  expect(html).toContain('Wrong images (0)');
  expect(html).not.toContain('<img');
});
