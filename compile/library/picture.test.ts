/** Pictures in C, compiled by `cc` with sanitizers and compared with `preprocess`. */
import { readdirSync, readFileSync } from 'node:fs';
import { preprocess } from '@bd-edge/sdk';
import { encodeModel, type Graph } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../../sdk/testing/random-graph.js';
import { C99, CFolder, requireCompiler } from '../testing/c-compiler.js';
import { toLibrary } from './library.js';
import { fractionOf, PICTURE_FORMATS } from './picture.js';
import pictureSources from './picture-sources.generated.js';

const folder = new CFolder();
type Format = (typeof PICTURE_FORMATS)[number];
type Color = readonly [number, number, number];

const clamp = (value: number) => Math.min(Math.max(value, 0), 255);

/** The colors of pixels in memory, by docs/library.md. */
const COLORS: Record<Format, { bytes: number; at: (data: Uint8Array, i: number) => Color }> = {
  GRAY: { bytes: 1, at: (data, i) => [data[i], data[i], data[i]] },
  RGB888: { bytes: 3, at: (data, i) => [data[3 * i], data[3 * i + 1], data[3 * i + 2]] },
  RGB565: { bytes: 2, at: (data, i) => from565(data[2 * i] | (data[2 * i + 1] << 8)) },
  RGB565_SWAPPED: { bytes: 2, at: (data, i) => from565((data[2 * i] << 8) | data[2 * i + 1]) },
  YUYV: {
    bytes: 2,
    at: (data, i) => {
      const pair = i - (i % 2);
      const [y, u, v] = [256 * data[2 * i] + 128, data[2 * pair + 1] - 128, data[2 * pair + 3] - 128];
      return [clamp((y + 359 * v) >> 8), clamp((y - 88 * u - 183 * v) >> 8), clamp((y + 454 * u) >> 8)];
    },
  },
};

function from565(bits: number): Color {
  const [red, green, blue] = [bits >> 11, (bits >> 5) & 63, bits & 31];
  return [(red << 3) | (red >> 2), (green << 2) | (green >> 4), (blue << 3) | (blue >> 2)];
}

const PREPARATIONS = [{}, { fit: 'contain', invert: true }, { fit: 'fill', centerShare: 0.9 }] as const;

/** Networks with gray and colored inputs of several sizes, with all fits. */
const NETWORKS = [1, 3].flatMap((channels) =>
  PREPARATIONS.map((preparation, i) => {
    const [height, width] = [
      [9, 14],
      [28, 5],
      [16, 16],
    ][i];
    return {
      name: `net_${channels}_${i}`,
      graph: { ...meanOf(height, width, channels), metadata: { preparation } },
    };
  }),
);

/** A network that sums the pixels of its input. */
function meanOf(height: number, width: number, channels: number): Graph {
  const one = { strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const window = { kernelHeight: height, kernelWidth: width, ...one };
  const epilogue = { kind: 'sum' as const, bias: new Int32Array(channels) };
  const op = {
    kind: 'sum-pool' as const,
    input: 0,
    window,
    outputHeight: 1,
    outputWidth: 1,
    filters: channels,
    epilogue,
  };
  return { input: { height, width, channels }, ops: [op], outputScale: 1 };
}

/** Reads pictures: the network's number, the format, the sides, the crop, and rows with one byte more than they need. */
const program = `#include <stdio.h>
#include <stdlib.h>
${NETWORKS.map(({ name }) => `#include "${name}.h"\n`).join('')}
static unsigned number(void) {
  int low = getchar(), high = getchar();
  return (unsigned)(low | high << 8);
}

int main(void) {
  for (;;) {
    int which = getchar();
    if (which == EOF) return 0;
    unsigned format = number(), width = number(), height = number();
    unsigned left = number(), top = number(), crop_width = number(), crop_height = number(), row = number();
    unsigned char *pixels = malloc(height * row);
    if (fread(pixels, row, height, stdin) != height) return 1;
    switch (which) {${NETWORKS.map(
      ({ name }, i) => `
    case ${i}: {
      static uint32_t arena[${name.toUpperCase()}_ARENA_BYTES / 4];
      struct ${name} run;
      struct ${name}_picture picture = {pixels, (enum ${name}_format)format, (uint16_t)width, (uint16_t)height, (uint16_t)left,
                                        (uint16_t)top, (uint16_t)crop_width, (uint16_t)crop_height, row};
      ${name}_init(&run, arena);
      putchar(${name}_put_picture(&run, &picture));
      fwrite(${name}_input(&run), 1, ${name.toUpperCase()}_INPUT_BYTES, stdout);
      break;
    }`,
    ).join('')}
    }
    free(pixels);
  }
}
`;

const pictures = fc
  .record({
    network: fc.nat(NETWORKS.length - 1),
    format: fc.constantFrom(...PICTURE_FORMATS),
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer(),
    crop: fc.option(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99))),
  })
  .map(({ width, crop, ...rest }) => {
    const even = rest.format === 'YUYV' ? 2 * Math.ceil(width / 2) : width;
    const [left, top] = crop ? [crop[0] % even, crop[1] % rest.height] : [0, 0];
    const area = crop && {
      left,
      top,
      width: 1 + (crop[2] % (even - left)),
      height: 1 + (crop[3] % (rest.height - top)),
    };
    return { ...rest, width: even, crop: area ?? undefined };
  });

test('pictures become the bytes of preprocess', { timeout: 120_000 }, (context) => {
  requireCompiler(context);
  // The libraries share kernels and the source for pictures.
  const sources = new Map<string, string>();
  for (const { name, graph } of NETWORKS) {
    const { files } = toLibrary(encodeModel(graph), { name });
    for (const [path, text] of files) if (path.startsWith('src/')) sources.set(path.slice(4), text);
  }
  for (const [path, text] of sources) folder.write(path, text);
  const objects = [...sources.keys()]
    .filter((path) => path.endsWith('.c'))
    .map((path) => folder.compile('cc', C99, path));
  folder.write('main.c', program);
  objects.push(folder.compile('cc', C99, 'main.c'));

  const cases = fc.sample(pictures, { numRuns: 300, seed: 1 });
  const input = cases.map(({ network, format, width, height, seed, crop }) => {
    const bytes = width * COLORS[format].bytes;
    const from = random(seed >>> 0);
    const data = Uint8Array.from({ length: bytes * height }, () => from.integer(0, 255));
    const rows = Array.from({ length: height }, (_, y) => [...data.subarray(y * bytes, (y + 1) * bytes), 99]);
    const { left = 0, top = 0, width: across = 0, height: down = 0 } = crop ?? {};
    const numbers = [PICTURE_FORMATS.indexOf(format), width, height, left, top, across, down, bytes + 1];
    return { data, bytes: [network, ...numbers.flatMap((n) => [n & 255, n >> 8]), ...rows.flat()] };
  });
  const said = folder.runBytes(objects, Uint8Array.from(input.flatMap(({ bytes }) => bytes)));
  let at = 0;
  cases.forEach(({ network, format, width, height, crop }, i) => {
    const { input: to, metadata } = NETWORKS[network].graph;
    const gray = format === 'GRAY';
    const data = Uint8Array.from(
      Array.from({ length: width * height }, (_, k) => {
        const color = COLORS[format].at(input[i].data, k);
        return gray ? [color[0]] : color;
      }).flat(),
    );
    const expected = preprocess({ width, height, data }, { to: { ...to, ...metadata }, crop });
    const found = said.subarray(at, at + 1 + expected.length);
    expect({ i, format, put: found[0], bytes: [...found.subarray(1)] }).toEqual({
      i,
      format,
      put: 1,
      bytes: [...expected],
    });
    at += found.length;
  });
  expect(at).toBe(said.length);
});

test('the package has the sources of compile/library/c', () => {
  const from = new URL('c/', import.meta.url);
  const sources = readdirSync(from).map((name) => [name, readFileSync(new URL(name, from), 'utf8')]);
  // If they differ, run `node scripts/build-kernel-sources.mjs`.
  expect(pictureSources).toEqual(Object.fromEntries(sources));
});

test('pictures that cannot be read are refused', (context) => {
  requireCompiler(context);
  const { files } = toLibrary(encodeModel(NETWORKS[0].graph), { name: 'refuse' });
  for (const [path, text] of files) if (path.startsWith('src/')) folder.write(path.slice(4), text);
  folder.write(
    'refused.c',
    `#include "refuse.h"
#include <stdio.h>
static uint32_t arena[REFUSE_ARENA_BYTES / 4];
static const uint8_t pixels[64];
int main(void) {
  static const struct refuse_picture pictures[] = {
      {pixels, REFUSE_GRAY, 0, 4, 0, 0, 0, 0, 0},
      {pixels, REFUSE_GRAY, 4, 0, 0, 0, 0, 0, 0},
      {pixels, REFUSE_GRAY, 32769, 1, 0, 0, 0, 0, 0},
      {pixels, REFUSE_GRAY, 4, 4, 1, 0, 4, 4, 0},
      {pixels, REFUSE_GRAY, 4, 4, 5, 0, 1, 1, 0},
      {pixels, REFUSE_GRAY, 4, 4, 0, 0, 0, 1, 0},
      {pixels, REFUSE_YUYV, 3, 3, 0, 0, 0, 0, 0},
      {pixels, (enum refuse_format)5, 4, 4, 0, 0, 0, 0, 0},
      {pixels, REFUSE_GRAY, 4, 4, 0, 0, 0, 0, 0},
  };
  struct refuse run;
  refuse_init(&run, arena);
  for (unsigned i = 0; i < sizeof pictures / sizeof *pictures; i++) printf("%d", refuse_put_picture(&run, &pictures[i]));
  return 0;
}
`,
  );
  const sources = ['refuse.c', 'bd_edge_kernels.c', 'bd_edge_picture.c', 'refused.c'];
  expect(folder.run(sources.map((source) => folder.compile('cc', C99, source)))).toBe('000000001');
});

test('a share of the sides is a fraction that rounds as preprocess does', () => {
  const shares = fc.oneof(
    fc.integer({ min: 1, max: 100 }).map((n) => n / 100),
    fc.integer({ min: 1, max: 64 }).map((n) => n / 64),
  );
  fc.assert(
    fc.property(shares, fc.integer({ min: 1, max: 32768 }), (share, length) => {
      const { numerator, denominator } = fractionOf(share);
      expect(Math.floor((2 * length * numerator + denominator) / (2 * denominator))).toBe(
        Math.round(share * length),
      );
    }),
  );
});
