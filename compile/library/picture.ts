import type { Preparation } from '@bd-edge/sdk';
import { GRAY_TABLES } from '@bd-edge/sdk/internal';
import { selectItems, textOf } from '../native/amalgamate.js';
import kernelSources from '../native/kernel-sources.generated.js';
import { type NetworkCode, wrapped } from '../native/network-code.js';
import { compilerSettings } from '../native/to-c.js';
import { fingerprintOf, SHARED_MACRO, type SharedCode, share } from './kernels.js';
import pictureSources from './picture-sources.generated.js';

/** The pixels in memory that libraries read: `enum picture_format` in compile/library/c/picture.h. */
export const PICTURE_FORMATS = ['GRAY', 'RGB888', 'RGB565', 'RGB565_SWAPPED', 'YUYV'] as const;

const FITS = { cover: 'PICTURE_COVER', contain: 'PICTURE_CONTAIN', fill: 'PICTURE_FILL' } as const;

/** Returns whether the input of a network can be made from pictures. */
export function takesPictures({ model }: NetworkCode): boolean {
  return model.input.channels === 1 || model.input.channels === 3;
}

/** Returns the source that scales pictures, and its private header. */
export function pictureCode(): SharedCode {
  const sources = {
    ...pictureSources,
    'in-flash.h': kernelSources['in-flash.h'],
    'gray-tables.h': grayTables(),
  };
  const all = selectItems(sources, ['picture_put']);
  const isType = ({ file }: { file: string }) => file === 'picture.h' || file === 'in-flash.h';
  const types = { ...all, items: all.items.filter(isType) };
  const rest = { ...all, items: all.items.filter((item) => !isType(item)) };
  const shared = share(rest, ['picture_put'], fingerprintOf(textOf(all)));
  return {
    header: `/* The private part of the library: pictures. */
#ifndef BD_EDGE_PICTURE_H
#define BD_EDGE_PICTURE_H
${shared.names}
${textOf(types)}
${shared.prototypes}
#endif
`,
    source: `/* Scales pictures to the size of a network's input. */
#include "bd_edge_picture.h"

${compilerSettings('Os')}
${SHARED_MACRO}
${shared.source}`,
  };
}

/** Returns the C form of the tables of `grayOf` in sdk/preprocess/gray.ts. */
function grayTables(): string {
  const { weights, light, steps } = GRAY_TABLES;
  const table = (name: string, values: Uint16Array) =>
    `static const IN_FLASH uint16_t ${name}[${values.length}] = {\n${wrapped(Array.from(values, String), '    ')}};\n\n`;
  return `/* The light of each byte, and the light at which byte v + 1 begins, in 1/65535. */
${table('GRAY_LIGHT', light)}${table('GRAY_STEPS', steps)}static const uint32_t GRAY_RED = ${weights.red};

static const uint32_t GRAY_GREEN = ${weights.green};

static const uint32_t GRAY_BLUE = ${weights.blue};
`;
}

/** The parts of a library's own files that are about pictures. */
export interface PictureParts {
  /** Definitions for the public header. */
  definitions: string;
  prototype: string;
  /** The constants and the function. */
  code: string;
}

/** Returns what the library of a network has for pictures. */
export function pictureParts({ model, prefix, macros }: NetworkCode): PictureParts {
  const { fit = 'cover', centerShare = 1, invert = false }: Preparation = model.metadata?.preparation ?? {};
  const center = fractionOf(centerShare);
  const formats = PICTURE_FORMATS.map((name) => `${macros}_${name}`);
  return {
    definitions: `
/* Pixels in memory. A pixel of RGB565 has two bytes, the low one first; swapped, the high one. YUYV has two pixels in four
 * bytes: full-range BT.601. */
enum ${prefix}_format { ${formats.join(', ')} };

/* A picture, from the top left. */
struct ${prefix}_picture {
  const void *pixels;
  enum ${prefix}_format format;
  uint16_t width, height;
  uint16_t left, top, crop_width, crop_height; /* the part to use; 0 x 0: all of it */
  uint32_t row_bytes;                          /* from row to row; 0: rows follow each other */
};
`,
    prototype: `/* Writes a picture to the image, scaled and converted as for the training. Returns false, and writes nothing, if the crop
 * is not inside of the picture, a side is 0 or above 32768, or the width of YUYV is odd. */
bool ${prefix}_put_picture(struct ${prefix} *run, const struct ${prefix}_picture *picture);
`,
    code: `
static const IN_FLASH struct picture_input picture_input = {
    .height = ${model.input.height},
    .width = ${model.input.width},
    .channels = ${model.input.channels},
    .fit = ${FITS[fit]},
    .invert = ${invert},
    .center = ${center.numerator},
    .center_of = ${center.denominator},
};

bool ${prefix}_put_picture(struct ${prefix} *run, const struct ${prefix}_picture *picture) {
  static const uint8_t bytes[] = {1, 3, 2, 2, 2};
  if ((unsigned)picture->format >= sizeof bytes) return false;
  const bool whole = picture->crop_width == 0 && picture->crop_height == 0;
  const struct picture from = {
      .pixels = (const uint8_t *)picture->pixels,
      .row_bytes = picture->row_bytes == 0 ? (size_t)picture->width * bytes[picture->format] : picture->row_bytes,
      .width = picture->width,
      .height = picture->height,
      .left = whole ? 0 : picture->left,
      .top = whole ? 0 : picture->top,
      .crop_width = whole ? picture->width : picture->crop_width,
      .crop_height = whole ? picture->height : picture->crop_height,
      .format = (enum picture_format)picture->format,
  };
  return picture_put(&from, &picture_input, ${prefix}_input(run));
}
`,
  };
}

/** The largest numerator and denominator for which no product in picture.c overflows. */
const MAX_DENOMINATOR = 32768;

/** Returns the simplest fraction that is closest to a share above 0 and at most 1. */
export function fractionOf(share: number): { numerator: number; denominator: number } {
  let best = { numerator: 1, denominator: 1 };
  for (let denominator = 1; denominator <= MAX_DENOMINATOR; denominator++) {
    const numerator = Math.max(1, Math.round(share * denominator));
    const error = Math.abs(numerator / denominator - share);
    if (error < Math.abs(best.numerator / best.denominator - share)) best = { numerator, denominator };
    if (error === 0) break;
  }
  return best;
}
