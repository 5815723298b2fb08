// Writes the test images of the playground: the first of MNIST as bytes, and their classes.
import { writeFileSync } from 'node:fs';
import { loadDataset } from '@bd-edge/trainer';

const IMAGES = 40;
const folder = new URL('../playground/models/', import.meta.url);
const { test } = await loadDataset('mnist');
writeFileSync(new URL('digits.u8', folder), test.images.slice(0, IMAGES * test.height * test.width));
writeFileSync(
  new URL('digits.json', folder),
  `${JSON.stringify(Array.from(test.labels.slice(0, IMAGES)))}\n`,
);
