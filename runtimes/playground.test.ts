import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { crc32 } from '@bd-edge/sdk/internal';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cases } from './testing/cases.js';
import { launch, withoutChromium } from './testing/chromium.js';
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
    expect(await page.locator('#layers .layer').count()).toBe(6);
    expect(await page.locator('#layers h3').first().textContent()).toContain('1. int8 3 × 3 → 28 × 28 × 32');
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
    await says('coupling-status', 'They agree: all 46,342 bits and all 10 logits are the same.');
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
