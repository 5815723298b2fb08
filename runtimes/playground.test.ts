import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { deflateSync } from 'node:zlib';
import { preprocess } from '@bd-edge/sdk';
import {
  crc32,
  encodeModel,
  type Graph,
  type Metadata,
  parseModel,
  referenceLogits,
} from '@bd-edge/sdk/internal';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { mnistGraph } from '../bench/networks.mjs';
import { cases } from './testing/cases.js';
import { launch, withoutChromium } from './testing/chromium.js';
import { openInFirefox, withoutFirefox } from './testing/firefox.js';
import { type Served, type ServeOptions, serve } from './testing/serve.js';

const ROOT = join(import.meta.dirname, '..');
const SITE = join(ROOT, 'build', 'site', 'playground');
const WAIT = { timeout: 20_000 };

describe.skipIf(withoutChromium)('playground', () => {
  let browser: Browser;
  const servers: Served[] = [];
  let page: Page;
  /** The errors that the page threw and did not show. */
  let thrown: string[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/playground.mjs', '--build'], { cwd: ROOT });
    browser = await launch();
  });
  afterEach(async () => {
    await page?.context().close();
    for (const server of servers.splice(0)) await server.close();
    expect(thrown).toEqual([]);
  });
  afterAll(() => browser?.close());

  /** @param before runs in the page before anything of it */
  async function open(
    options: BrowserContextOptions = {},
    before = '',
    serving?: ServeOptions,
  ): Promise<void> {
    const served = await serve(SITE, serving);
    servers.push(served);
    page = await (await browser.newContext(options)).newPage();
    thrown = [];
    page.on('pageerror', ({ message }) => thrown.push(message));
    await page.addInitScript(before);
    await page.goto(`${served.url}/`);
  }
  const said = () => page.locator('#said').textContent();
  const text = (id: string) => page.locator(`#${id}`).textContent();
  const says = (id: string, what: string | RegExp) =>
    expect
      .poll(() => text(id), WAIT)
      .toEqual(typeof what === 'string' ? expect.stringContaining(what) : expect.stringMatching(what));
  const ready = () => says('answer', /^7, ahead of/);
  const choose = (name: string, mimeType: string, content: Uint8Array | string) =>
    page.setInputFiles('#file', { name, mimeType, buffer: Buffer.from(content) });
  const alert = () => page.locator('#message');
  /** Draws lines, each from point to point, in shares of the pad. */
  async function draw(...lines: [number, number][][]): Promise<void> {
    await page.getByRole('button', { name: 'Clear' }).click();
    // Not by scrollIntoViewIfNeeded, which is content with a part of it.
    await page.locator('#pad').evaluate((pad) => pad.scrollIntoView({ block: 'center' }));
    const box = await page.locator('#pad').boundingBox();
    if (!box) throw new Error('The pad is not on the page.');
    for (const [first, ...others] of lines) {
      const at = ([x, y]: [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
      await page.mouse.move(...at(first));
      await page.mouse.down();
      for (const point of others) await page.mouse.move(...at(point), { steps: 6 });
      await page.mouse.up();
    }
  }
  const ONE: [number, number][] = [
    [0.5, 0.2],
    [0.5, 0.8],
  ];

  test('draw, and it says which digit; every layer and both builds are shown', async () => {
    await open();
    await ready();
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
    await draw([
      [0.3, 0.25],
      [0.7, 0.25],
      [0.45, 0.8],
    ]);
    await expect.poll(said, WAIT).toBe('7');
    expect(await page.locator('#layers .layer').count()).toBe(3);
    expect(await page.locator('#layers h3').first().textContent()).toContain(
      '1. int8 3 × 3, max-pool 2 × 2 → 14 × 14 × 32',
    );
    await expect.poll(() => page.locator('#times tbody th').allTextContents(), WAIT).toEqual(['simd', 'mvp']);
    expect(await page.locator('#logits tr').count()).toBe(10);
  });

  test('TensorFlow.js, fetched only when it is asked for, gives the same logits', async () => {
    await open();
    await ready();
    const fetched = () => servers[0].requests.filter((path) => path.endsWith('.js')).length;
    const before = fetched();
    await page.getByRole('button', { name: 'Compare with TensorFlow.js' }).click();
    await says('times-status', 'TensorFlow.js gives the same logits.');
    expect(fetched()).toBeGreaterThan(before);
    expect(await page.locator('#times tbody th').allTextContents()).toEqual([
      'simd',
      'mvp',
      expect.stringMatching(/^TensorFlow\.js \d/),
    ]);
  });

  test('bits and distances to thresholds are pictures of their own', async () => {
    await open();
    await ready();
    const picture = () =>
      page
        .locator('.planes')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const bits = await picture();
    await page.getByLabel('distance to the threshold').check();
    await expect.poll(() => page.locator('.histogram').count(), WAIT).toBe(3);
    expect(await picture()).not.toBe(bits);
    expect(await page.locator('.layer p').first().textContent()).toMatch(
      /^[\d,]+ of 25,088 thresholds fired \(.* the nearest, in channel \d+, [\d.]+\.$/,
    );
  });

  test('coupled and decoupled agree, and the coupled network can be opened itself', async () => {
    await open();
    await says('coupling-status', 'They agree: all 9,102 bits and all 10 logits are the same.');
    await page.getByRole('button', { name: 'MNIST, coupled' }).click();
    await says('facts', 'MNIST, coupled');
    expect(await page.locator('[aria-pressed="true"]').allTextContents()).toEqual(['MNIST, coupled']);
    await page.locator('summary', { hasText: 'Op by op' }).click();
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
    await says('coupling-status', 'They agree');
    expect(await page.locator('#coupling details').getAttribute('open')).toBe('');
  });

  test('with keys alone', async () => {
    await open();
    await ready();
    await page.locator('#pad').focus();
    const press = async (key: string, times = 1) => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    await press('Delete');
    await press('ArrowUp', 8);
    await press('Space');
    expect(await text('pad-status')).toBe('Pen down, column 15, row 7');
    await press('ArrowDown', 16);
    await press('Space');
    await expect.poll(said, WAIT).toBe('1');
    await says('answer', /^1, ahead of/);
    // The pad does not hold the focus.
    await press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('clear');
  });

  test('every control has a name, every picture too, and there is one main heading', async () => {
    await open();
    await ready();
    const devTools = await page.context().newCDPSession(page);
    const { nodes } = await devTools.send('Accessibility.getFullAXTree');
    const roles = [
      'button',
      'checkbox',
      'radio',
      'spinbutton',
      'textbox',
      'link',
      'image',
      'img',
      'progressbar',
      'application',
      'table',
      'Canvas',
    ];
    const controls = nodes.filter(({ ignored, role }) => !ignored && roles.includes(role?.value));
    expect(controls.length).toBeGreaterThan(40);
    expect(controls.filter(({ name }) => !name?.value).map(({ role }) => role?.value)).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    // In the order of the page, the keyboard reaches everything that a pointer does.
    const unreachable = await page.evaluate(
      "[...document.querySelectorAll('button, input, summary')].filter((one) => one.tabIndex < 0).length",
    );
    expect(unreachable).toBe(0);
  });

  test.each([320, 390])('on a screen %i wide nothing sticks out', async (width) => {
    await open({ viewport: { width, height: 800 } });
    await ready();
    await page.getByLabel('distance to the threshold').check();
    await expect.poll(() => page.locator('.histogram').count(), WAIT).toBe(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.locator('#pad').evaluate((pad) => pad.scrollIntoView());
    const answer = await page.locator('#said').boundingBox();
    expect(answer && answer.y + answer.height, 'the answer is in sight while one draws').toBeLessThan(800);
  });

  test('light and dark: text stands out by 4.5 to 1', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await open({ colorScheme });
      await ready();
      const ratios = await page.evaluate<number[]>(`(() => {
        const style = getComputedStyle(document.documentElement);
        const luminance = (name) => {
          const hex = style.getPropertyValue(name).trim();
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (a, b) => {
          const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
          return (high + 0.05) / (low + 0.05);
        };
        return [['--ink', '--card'], ['--soft', '--card'], ['--soft', '--page'], ['--accent', '--card'], ['--on-accent', '--accent']]
          .map(([a, b]) => ratio(a, b));
      })()`);
      for (const ratio of ratios) expect(ratio).toBeGreaterThan(4.5);
      await page.context().close();
    }
  });

  test('a network that is dropped is used; a hostile one is rejected, and the previous one stays', async () => {
    await open();
    await ready();
    const drop = (name: string, bytes: Uint8Array) =>
      page.evaluate(
        `(() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(${JSON.stringify([...bytes])})], ${JSON.stringify(name)}));
          document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        })()`,
      );
    const model = Buffer.from(cases[2].model, 'base64');
    for (const [name, bytes, message] of [
      ['cut.bdm', model.subarray(0, 100), 'is cut short'],
      ['flipped.bdm', model.map((byte, i) => (i === 200 ? byte ^ 1 : byte)), 'does not match its checksum'],
      ['none.bdm', new Uint8Array(5000), 'does not start with "BDM"'],
      ['some.zip', new Uint8Array(4), 'some.zip is not an image, a network'],
    ] as const) {
      await drop(name, bytes);
      await says('message-text', message);
      await page.getByRole('button', { name: 'Dismiss the message' }).click();
      expect(await alert().isVisible()).toBe(false);
    }
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
    await drop('other.bdm', model);
    await says('facts', 'namerandom');
    expect(await alert().isVisible()).toBe(false);
  });

  test('images: a dark digit on light paper, one that is none, one that is huge', async () => {
    await open();
    await ready();
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
    const seven = readFileSync(join(ROOT, 'playground', 'models', 'digits.u8')).subarray(0, 784);
    await choose(
      'seven.png',
      'image/png',
      png(28, 28, (x, y) => 255 - seven[y * 28 + x]),
    );
    await expect.poll(said, WAIT).toBe('7');
    await choose('none.png', 'image/png', 'no picture');
    await says('message-text', 'none.png');
    await choose(
      'wide.png',
      'image/png',
      png(40_000, 1, () => 0),
    );
    await says('message-text', /40000 x 1 pixels|cannot be read as an image/);
    await choose(
      'bomb.png',
      'image/png',
      png(60_000, 60_000, () => 0, 1),
    );
    await says('message-text', /cannot be read|must be a whole number/);
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
  });

  describe('a network that does not read digits', () => {
    /** Of 28 x 28 gray pixels and ten classes that are not digits. */
    const clothes = (metadata: Metadata = {}) =>
      encodeModel({
        ...(mnistGraph() as Graph),
        metadata: { name: 'Clothes', labels: [...'abcdefghij'], ...metadata },
      });
    const gray = (x: number, y: number) => 255 - ((x * 3 + y * 5) % 90);
    const pixels = {
      width: 40,
      height: 28,
      data: Uint8Array.from({ length: 40 * 28 }, (_, i) => gray(i % 40, Math.floor(i / 40))),
    };
    const logits = (model: Uint8Array, image: Uint8Array) =>
      [...referenceLogits(parseModel(model), image)].map((logit) => logit.toLocaleString('en'));
    const shown = () => page.locator('#logits td:last-child').allTextContents();

    test('gets photos as they are, cropped as in training; they can be inverted; nothing is about digits', async () => {
      await open();
      await ready();
      for (const preparation of [{}, { centerShare: 0.5 }, { invert: true }] as const) {
        const model = clothes({ preparation });
        const to = { height: 28, width: 28, channels: 1, preparation };
        await choose('clothes.bdm', '', model);
        await says('facts', 'nameClothes');
        await choose('shirt.png', 'image/png', png(40, 28, gray));
        await expect.poll(shown, WAIT).toEqual(logits(model, preprocess(pixels, { to })));
        const inverted = 'invert' in preparation;
        expect(await page.locator('#invert').isChecked()).toBe(inverted);
        await page.locator('#invert').setChecked(!inverted);
        await expect.poll(shown, WAIT).toEqual(logits(model, preprocess(pixels, { to, invert: !inverted })));
      }
      expect(await page.locator('#draw-title').textContent()).toBe('The picture');
      expect(await page.locator('#samples').isVisible()).toBe(false);
    });

    test('is not shown a digit that was drawn for another; a digit network afterwards has its own again', async () => {
      await open();
      await ready();
      await draw(ONE);
      await expect.poll(said, WAIT).toBe('1');
      await choose('clothes.bdm', '', clothes());
      await says('answer', 'Open a picture, use the camera, or draw.');
      expect(await said()).toBe('–');
      await draw(ONE);
      await expect.poll(said, WAIT).toMatch(/^[a-j]$/);
      const digits = page.getByRole('button', { name: 'MNIST, fine-tuned' });
      await digits.click();
      // What was drawn since is read as a digit.
      await says('answer', /^1, ahead of/);
      await page.locator('#samples button').nth(2).click();
      await choose('clothes.bdm', '', clothes());
      await says('answer', 'Open a picture, use the camera, or draw.');
      await digits.click();
      await ready();
      expect(await page.locator('#draw-title').textContent()).toBe('Draw a digit');
      expect(await page.locator('#samples').isVisible()).toBe(true);
    });

    test('is checked on a board with noise, since the digits have no right class for it', async () => {
      await open();
      await ready();
      await choose('clothes.bdm', '', clothes());
      await page.getByRole('button', { name: 'Use a simulated board' }).click();
      await says('board-status', 'Connected to simulated');
      await page.getByRole('button', { name: 'Deploy the network' }).click();
      await says('board-report', 'Sent ');
      await page.getByRole('button', { name: 'Check 40 images' }).click();
      await says('board-report', /^The class of 0 and the logits of 0 of 40 images differ/);
    });

    test('is opened whatever a phone calls it', async () => {
      await open();
      await ready();
      await choose('download', 'application/octet-stream', clothes());
      await says('facts', 'nameClothes');
    });
  });

  test('a photo of a light digit on black is not inverted', async () => {
    await open();
    await ready();
    await draw(ONE);
    await expect.poll(said, WAIT).toBe('1');
    const seven = readFileSync(join(ROOT, 'playground', 'models', 'digits.u8')).subarray(0, 784);
    await choose(
      'seven.png',
      'image/png',
      png(28, 28, (x, y) => seven[y * 28 + x]),
    );
    await expect.poll(said, WAIT).toBe('7');
    expect(await page.locator('#invert').isChecked()).toBe(false);
  });

  describe('the camera', () => {
    /** A camera that sees a digit of the test images, dark on light paper, and counts how often it was asked for. */
    const fake = `
      globalThis.asked = [];
      globalThis.tracks = [];
      globalThis.sees = 0;
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        asked.push(wanted);
        const digits = new Uint8Array(await (await fetch('digits.u8')).arrayBuffer());
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 280;
        const context = canvas.getContext('2d');
        const paint = () => {
          for (let i = 0; i < 784; i++) {
            const gray = 255 - digits[sees * 784 + i];
            context.fillStyle = 'rgb(' + gray + ' ' + gray + ' ' + gray + ')';
            context.fillRect(10 * (i % 28), 10 * Math.floor(i / 28), 10, 10);
          }
        };
        paint();
        setInterval(paint, 50);
        const stream = canvas.captureStream(20);
        tracks.push(...stream.getTracks());
        return stream;
      };`;
    const button = (name: string) => page.getByRole('button', { name });

    test('is asked for when the button is pressed, classifies what it sees, and ends', async () => {
      await open({}, fake);
      await ready();
      expect(await page.evaluate('asked.length')).toBe(0);
      await button('Use the camera').click();
      await says('camera-status', 'Its pictures stay in this page.');
      await page.evaluate('sees = 1');
      await expect.poll(said, WAIT).toBe('2');
      // Frames follow one another, and the sentence follows them.
      await says('answer', /^2, ahead of/);
      await page.evaluate('sees = 0');
      await expect.poll(said, WAIT).toBe('7');
      const before = servers[0].requests.length;
      await button('Stop the camera').click();
      await expect.poll(() => page.evaluate('tracks.map((track) => track.readyState)')).toEqual(['ended']);
      expect(await page.evaluate('asked')).toEqual([
        { audio: false, video: expect.objectContaining({ facingMode: 'environment' }) },
      ]);
      // The last frame stays, with its bits; nothing was sent.
      await says('camera-status', /^$/);
      expect(await said()).toBe('7');
      expect(servers[0].requests.length).toBe(before);
    });

    test('ends when something else is chosen, and when the page is hidden', async () => {
      await open({}, fake);
      await ready();
      await button('Use the camera').click();
      await says('camera-status', 'The camera is on.');
      await draw(ONE);
      await expect.poll(said, WAIT).toBe('1');
      await says('camera-status', /^$/);
      await button('Use the camera').click();
      await says('camera-status', 'The camera is on.');
      await page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
      await expect
        .poll(() => page.evaluate('tracks.map((track) => track.readyState)'))
        .toEqual(['ended', 'ended']);
    });

    test.each([
      ['NotAllowedError', 'The camera may not be used; allow it'],
      ['NotFoundError', 'No camera was found'],
      ['NotReadableError', 'close other programs that use it'],
    ])('%s: the page says what to do, and can ask again', async (name, message) => {
      await open(
        {},
        `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('refused', '${name}'); };`,
      );
      await ready();
      for (let i = 0; i < 2; i++) {
        await button('Use the camera').click();
        await says('message-text', message);
        await button('Dismiss the message').click();
      }
    });

    test('without one in this browser, or on a page by http', async () => {
      await open({}, "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });");
      await ready();
      await button('Use the camera').click();
      await says('message-text', 'open it by https or on localhost');
    });
  });

  test('a phone: by finger, in a folder of a static server without special headers', async () => {
    const served = await serve(join(SITE, '..'));
    servers.push(served);
    const context = await browser.newContext({
      viewport: { width: 390, height: 800 },
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 3,
    });
    page = await context.newPage();
    thrown = [];
    page.on('pageerror', ({ message }) => thrown.push(message));
    await page.goto(`${served.url}/playground/`);
    await ready();
    expect(served.requests.every((path) => path.startsWith('/playground/'))).toBe(true);
    await page.getByRole('button', { name: 'Clear' }).tap();
    await page.locator('#pad').tap();
    await says('answer', /^\d, ahead of/);
    const heights = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.row button, .button')].map((one) => one.getBoundingClientRect().height)",
    );
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  test('a policy that forbids wasm: it says so, and the page is there', async () => {
    await open({}, '', { headers: { 'Content-Security-Policy': "script-src 'self'" } });
    await says('message-text', 'does not allow to compile WebAssembly');
    await draw(ONE);
    await page.setInputFiles('#report-file', report);
    await says('report-status', 'Opened: MNIST');
  });

  test('a worker that is lost can be started again', async () => {
    await open(
      {},
      `globalThis.workers = [];
      globalThis.Worker = class extends Worker { constructor(...of) { super(...of); workers.push(this); } };`,
    );
    await ready();
    await page.evaluate(
      "workers.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))",
    );
    await draw(ONE);
    await says('message-text', 'The worker failed: out of memory');
    await page.getByRole('button', { name: 'Restart' }).click();
    await expect.poll(said, WAIT).toBe('1');
    expect(await alert().isVisible()).toBe(false);
  });

  test('files that are missing beside the page are named', async () => {
    await open({}, '', {
      handle: (path, response) => path === '/mnist.bdm' && Boolean(response.writeHead(404).end()),
    });
    await says('message-text', 'mnist.bdm is missing beside this page (404)');
    await page.getByRole('button', { name: 'MNIST, coupled' }).click();
    await ready();
  });

  const report = {
    name: 'report.html',
    mimeType: 'text/html',
    buffer: Buffer.from(
      '<!doctype html><title>MNIST</title><h1>A run</h1><script>parent.document.title = "taken"</script>',
    ),
  };

  test('a training report is shown in a frame in which no script runs', async () => {
    await open();
    await ready();
    await page.setInputFiles('#report-file', report);
    await says('report-status', 'Opened: MNIST');
    await expect.poll(() => page.frameLocator('#report').locator('h1').textContent(), WAIT).toBe('A run');
    expect(await page.title()).toBe('bd-edge playground');
    await page.setInputFiles('#report-file', { ...report, name: 'a.html', buffer: Buffer.from('else') });
    await says('message-text', 'a.html is not a training report');
  });

  describe('on a board', () => {
    const deployAndCheck = async () => {
      await says('board-status', 'Connected to simulated: 262,144 bytes');
      await page.getByRole('button', { name: 'Deploy the network' }).click();
      const files = [join(SITE, 'interpreted.wasm'), join(ROOT, 'playground', 'models', 'mnist.bdm')];
      const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
      await says('board-report', `Sent ${bytes.toLocaleString('en-US')} bytes`);
      await page.getByRole('button', { name: 'Check 40 images' }).click();
      await says(
        'board-report',
        '100.0 % of 40 images are correct. The class of 0 and the logits of 0 of 40 images differ',
      );
      for (const id of ['deploy', 'check'])
        expect(
          await page.locator(`#${id}-progress`).evaluate((bar: HTMLProgressElement) => bar.position),
        ).toBe(1);
    };

    test('simulated: deployed and checked, with progress', async () => {
      await open();
      await ready();
      await page.getByRole('button', { name: 'Use a simulated board' }).click();
      await deployAndCheck();
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await says('board-status', 'No board is connected.');
    });

    test('by Web Serial, unplugged, plugged in again; refused; in a browser without', async () => {
      const contents = `
        import { FakeSerialPort } from './testing/fake-serial-port.js';
        import { SimulatedBoard } from './simulator/simulated-board.js';
        const board = new SimulatedBoard();
        globalThis.port = new FakeSerialPort(() => board.connect(), { usbVendorId: 0x2341, usbProductId: 0x43 });
        Object.defineProperty(navigator, 'serial', { configurable: true, value: { requestPort: async () => port } });`;
      const stdin = { contents, resolveDir: join(ROOT, 'firmware-host') };
      const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm' });
      // An initial script is none of a module; what asks for the address of a module is not run here.
      await open({}, `(() => { ${outputFiles[0].text.replaceAll('import.meta.url', "''")} })()`);
      await ready();
      const connect = page.getByRole('button', { name: 'Connect with Web Serial' });
      await connect.click();
      await deployAndCheck();
      await page.evaluate('port.unplug()');
      await says('message-text', 'The connection to the USB port 2341:0043');
      await page.evaluate('port.replug()');
      await connect.click();
      await says('board-status', 'Connected to simulated');
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await says('board-status', 'No board is connected.');
      await page.evaluate(
        "navigator.serial.requestPort = () => Promise.reject(new DOMException('No port selected.', 'NotFoundError'))",
      );
      await connect.click();
      await says('message-text', 'No port was chosen; plug the board in');
      await page.evaluate("Object.defineProperty(navigator, 'serial', { value: undefined })");
      await connect.click();
      await says('message-text', 'This browser has no Web Serial');
    });
  });
});

test.skipIf(withoutFirefox)(
  'Firefox: a digit, a network that is dropped, the camera',
  { timeout: 120_000 },
  async () => {
    execFileSync(process.execPath, ['scripts/playground.mjs', '--build'], { cwd: ROOT });
    const clothes = encodeModel({
      ...(mnistGraph() as Graph),
      metadata: { name: 'Clothes', labels: [...'abcdefghij'] },
    });
    const drive = `
    const texts = {};
    const until = async (name, id, pattern) => {
      const end = Date.now() + 40000;
      const text = () => document.getElementById(id).textContent;
      while (!pattern.test(text()) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      texts[name] = text();
    };
    await until('digit', 'answer', /^7, ahead of/);
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 28;
      const context = canvas.getContext('2d');
      setInterval(() => { context.fillStyle = 'gray'; context.fillRect(0, 0, 28, 28); }, 50);
      return canvas.captureStream(20);
    };
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array([${[...clothes]}])], 'clothes.bdm'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    await until('network', 'draw-title', /^The picture$/);
    document.getElementById('camera').click();
    await until('camera', 'camera-status', /is on/);
    await until('said', 'said', /^[a-j]$/);
    document.getElementById('camera').click();
    await until('stopped', 'camera-status', /^$/);
    texts.message = document.getElementById('message').hidden;
    await fetch('answer', { method: 'POST', body: JSON.stringify(texts) });`;
    let answered: (what: unknown) => void = () => {};
    const answer = new Promise((resolve) => {
      answered = resolve;
    });
    const index = readFileSync(join(SITE, 'index.html'), 'utf8');
    const served = await serve(SITE, {
      handle(path, response) {
        const send = (type: string, text: string) =>
          Boolean(response.setHeader('Content-Type', type).end(text));
        if (path === '/')
          return send(
            'text/html',
            index.replace('</head>', '<script type="module" src="drive.js"></script></head>'),
          );
        if (path === '/drive.js') return send('text/javascript', drive);
        if (path !== '/answer') return false;
        void json(response.req).then(answered);
        return Boolean(response.end());
      },
    });
    const close = openInFirefox(`${served.url}/`);
    onTestFinished(async () => {
      await close();
      await served.close();
    });
    expect(await answer).toEqual({
      digit: expect.stringMatching(/^7, ahead of/),
      network: 'The picture',
      camera: 'The camera is on. Its pictures stay in this page.',
      said: expect.stringMatching(/^[a-j]$/),
      stopped: '',
      message: true,
    });
  },
);

/** A gray PNG. @param rows how many are really in it; default: all */
function png(
  width: number,
  height: number,
  gray: (x: number, y: number) => number,
  rows = height,
): Uint8Array {
  const lines = Buffer.alloc(rows * (width + 1));
  for (let y = 0; y < rows; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = gray(x, y);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
