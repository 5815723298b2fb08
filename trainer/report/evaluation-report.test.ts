import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { renderEvaluation } from './evaluation-report.js';
import { encodePng } from './png.js';

it('pictures keep their pixels', async () => {
  const sizes = fc.record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
    seed: fc.nat(250),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ seed, ...size }) => {
      const { height, width, channels } = size;
      const pixels = Uint8Array.from({ length: height * width * channels }, (_, i) => (seed + 37 * i) % 256);
      const image = sharp(encodePng(pixels, size)).toColorspace(channels === 1 ? 'b-w' : 'srgb');
      const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject(size);
      expect(new Uint8Array(data)).toEqual(pixels);
    }),
    { numRuns: 20 },
  );
});

it('the report is one self-contained page, with the wrong images that are the most certain', async () => {
  const count = 130;
  const images = {
    height: 2,
    width: 2,
    channels: 1,
    count,
    labels: new Uint8Array(count),
    images: new Uint8Array(4 * count),
  };
  const wrong = Array.from({ length: count }, (_, index) => ({
    index,
    file: `<${index}>.png`,
    className: '<b>cat',
    predicted: 'dog',
    score: index / count,
    classScore: 0,
  }));
  const confusion = [
    [0, count],
    [0, 0],
  ];
  const html = await renderEvaluation({
    ...{ title: 'test', facts: { data: '<i>' }, classNames: ['<b>cat', 'dog'], confusion, wrong, images },
  });
  expect(html).not.toMatch(/NaN|undefined|<script|href=|url\(|<b>|<i>|src="(?!data:image\/png;base64,)/);
  expect(html.match(/<img/g)).toHaveLength(120);
  expect(html).toContain('&#60;129&#62;.png');
  expect(html).not.toContain('&#60;9&#62;.png');
  expect(html).toContain('<svg');
});

it('many classes have a list of confusions', async () => {
  const classes = 31;
  const confusion = Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => (i + 1 === j ? 5 : 1)),
  );
  const images = {
    height: 1,
    width: 1,
    channels: 1,
    count: 0,
    labels: new Uint8Array(),
    images: new Uint8Array(),
  };
  const html = await renderEvaluation({
    title: 't',
    facts: {},
    classNames: [],
    confusion,
    wrong: [],
    images,
  });
  expect(html).not.toContain('<svg');
  expect(html).toContain('predicted as');
});
