import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { launch, openPage, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { type Served, serve } from './testing/serve.js';

describe.skipIf(withoutChromium)('pixelReader in Chromium', () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
    served = await serve(inject('project'));
    page = await openPage(browser, `${served.url}/${writePage(inject('project'), 'page-open.js')}`);
    await page.evaluate(`
      globalThis.read = bdEdge.pixelReader();
      globalThis.picture = (width, height) => {
        const image = new ImageData(width, height);
        for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
        return image;
      };
      globalThis.canvasOf = (image) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
        canvas.getContext('2d').putImageData(image, 0, 0);
        return canvas;
      };
      globalThis.same = (a, b) => a.width === b.width && a.height === b.height && a.data.every((byte, i) => byte === b.data[i]);
    `);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test.each([
    ['a canvas', 'canvasOf(image)'],
    ['a bitmap', 'await createImageBitmap(image)'],
    [
      'an OffscreenCanvas',
      '{ const c = new OffscreenCanvas(image.width, image.height); c.getContext("2d").putImageData(image, 0, 0); return c; }',
    ],
    [
      'an image element',
      '{ const i = new Image(); i.src = canvasOf(image).toDataURL(); await i.decode(); return i; }',
    ],
    ['a video frame', 'new VideoFrame(canvasOf(image), { timestamp: 0 })'],
  ])('%s: the pixels of one size after another', async (_, source) => {
    const body = source.startsWith('{') ? source : `{ return ${source}; }`;
    const equal = await page.evaluate(`(async () => {
      const make = async (image) => ${body};
      const results = [];
      for (const [width, height] of [[28, 28], [64, 48], [28, 28], [3, 7]]) {
        const image = picture(width, height);
        results.push(same(read(await make(image)), image));
      }
      return results;
    })()`);
    expect(equal).toEqual([true, true, true, true]);
  });

  test('a transparent picture does not show the previous one', async () => {
    const data = await page.evaluate(`(() => {
      read(canvasOf(picture(4, 4)));
      return [...read(canvasOf(new ImageData(4, 4))).data];
    })()`);
    expect(data).toEqual(new Array(64).fill(0));
  });

  test('the network’s input from a canvas equals that from its ImageData', async () => {
    const equal = await page.evaluate(`(() => {
      const image = picture(280, 200);
      const to = { height: 28, width: 28, channels: 1 };
      const [a, b] = [read(canvasOf(image)), image].map((pixels) => bdEdge.preprocess(pixels, { to }));
      return a.length === 784 && a.every((byte, i) => byte === b[i]) && new Set(a).size > 1;
    })()`);
    expect(equal).toBe(true);
  });

  test.each([
    ['an image that is not loaded', 'new Image()', 'empty-image'],
    ['a video without a frame', 'document.createElement("video")', 'empty-image'],
    [
      'a side that is too long',
      'Object.assign(document.createElement("canvas"), { width: 40000, height: 1 })',
      'image-too-large',
    ],
  ])('%s', async (_, source, code) => {
    const outcome = await page.evaluate(`tried(async () => ({ build: read(${source}) }))`);
    expect(outcome).toMatchObject({ error: 'ImageError', code });
  });

  test('an image of another origin is rejected', async () => {
    const dot = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
    const elsewhere = await serve(inject('project'), {
      handle: (path, response) =>
        path === '/dot.svg' && Boolean(response.setHeader('Content-Type', 'image/svg+xml').end(dot)),
    });
    try {
      const outcome = await page.evaluate(`tried(async () => {
        const image = new Image();
        image.src = '${elsewhere.url}/dot.svg';
        await image.decode();
        return { build: read(image) };
      })`);
      expect(outcome).toMatchObject({ error: 'ImageError', code: 'unreadable-image' });
    } finally {
      await elsewhere.close();
    }
  });
});
