import { UsageError } from '@bd-edge/sdk/internal';
import { identifier, title } from '../names.js';
import { networkCode, networkConstants, networkFunctions, networkHeader } from '../native/network-code.js';
import { compilerSettings } from '../native/to-c.js';
import { examples } from './examples.js';
import { kernelCode } from './kernels.js';
import { LICENSE } from './license.js';
import { type LibrarySystem, type Manifest, manifests, sentenceOf } from './manifests.js';
import { pictureCode, pictureParts, takesPictures } from './picture.js';
import { type BoardEstimate, readme } from './readme.js';

export interface LibraryOptions {
  /** The name of the library, its folder and its header. Identifiers begin with it. It must be a C identifier. */
  name: string;
  /** Leaves out the files that only other systems read. */
  system?: LibrarySystem;
  /** Makes small code instead of fast code. Default: false. */
  small?: boolean;
  /** Times for the README. */
  estimates?: readonly BoardEstimate[];
}

/** A network as a C library. */
export interface CLibrary {
  name: string;
  /** The texts of its files by path, such as `src/hands.h`. */
  files: ReadonlyMap<string, string>;
  /** Bytes of RAM for activations and scratch memory. */
  arenaBytes: number;
  /** Bytes of RAM on top, where the constants of an op are copied to the arena: on AVR. */
  copyBytes: number;
  /** Bytes of constants, on a 32-bit processor. The code comes on top. */
  constantBytes: number;
}

const VERSION = '1.0.0';

/**
 * Headers of C, of Arduino and of ours, which one of a library would hide; and the structs of private headers. Some file
 * systems ignore case.
 */
const RESERVED = new Set(
  (
    'assert complex ctype errno fenv float inttypes iso646 limits locale math memory setjmp signal stdalign stdarg ' +
    'stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar unistd wchar ' +
    'wctype arduino wire spi bd_edge_kernels bd_edge_picture layer engine_layer op_constants network_constants picture ' +
    'picture_format picture_fit picture_input'
  ).split(' '),
);

/**
 * Generates a C library of a network from a `.bdm`: a folder that Arduino, PlatformIO, ESP-IDF, Zephyr and CMake accept.
 *
 * ```js
 * import { toLibrary } from '@bd-edge/compile';
 *
 * const { files } = toLibrary(await readFile('model.bdm'), { name: 'hands' });
 * for (const [path, text] of files) await writeFile(join('hands', path), text);
 * ```
 *
 * @throws {ModelError} if the buffer is not a valid model
 * @throws {UsageError} code `invalid-c-name` if `name` is not a C identifier, or is used by C's headers or the kernels
 */
export function toLibrary(
  bytes: Uint8Array,
  { name, system, small, estimates = [] }: LibraryOptions,
): CLibrary {
  requireName(name);
  const code = networkCode(bytes, name, small);
  const kernels = kernelCode(code);
  const picture = takesPictures(code) ? pictureParts(code) : undefined;
  const header = networkHeader(code, {
    struct: `${kernels.runDefinition}
/* A run of the network. The members are private. */
struct ${name} {
  struct ${kernels.runName} run;
};
${picture?.definitions ?? ''}`,
    declarations: picture?.prototype,
  });
  const source = `/* ${title(code.model)}: C99 for little-endian processors. */
#include "${name}.h"

#include "bd_edge_kernels.h"
${picture ? '#include "bd_edge_picture.h"\n' : ''}
#include <stddef.h>
#include <string.h>

${compilerSettings()}
${networkConstants(code)}
${networkFunctions(code, '&run->run')}${picture?.code ?? ''}`;
  const sources: Record<string, string> = {
    [`src/${name}.h`]: header,
    [`src/${name}.c`]: source,
    'src/bd_edge_kernels.h': kernels.header,
    'src/bd_edge_kernels.c': kernels.source,
  };
  if (picture) {
    const shared = pictureCode();
    Object.assign(sources, {
      'src/bd_edge_picture.h': shared.header,
      'src/bd_edge_picture.c': shared.source,
    });
  }
  const manifest: Manifest = {
    name,
    version: VERSION,
    sentence: sentenceOf(code),
    sources: Object.keys(sources).filter((path) => path.endsWith('.c')),
  };
  const ofSystem = Object.entries(manifests(manifest)).filter(
    ([, { systems }]) => system === undefined || systems.includes(system),
  );
  const files = {
    ...Object.fromEntries(ofSystem.map(([path, { text }]) => [path, text])),
    ...sources,
    ...examples(code),
    'README.md': readme(code, manifest.sentence, estimates),
    LICENSE,
  };
  return {
    name,
    files: new Map(Object.entries(files)),
    arenaBytes: code.plan.bytes,
    copyBytes: code.copyBytes,
    constantBytes: code.constantBytes,
  };
}

/**
 * Returns a name for a library from the name of a file or folder.
 *
 * @throws {UsageError} code `invalid-c-name` if the text has no ASCII letters or digits
 */
export function libraryName(text: string): string {
  return identifier(text);
}

function requireName(name: string): void {
  const expected = 'a C identifier that is neither the name of a header of C nor used by the kernels';
  const isIdentifier = /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && identifier(name) === name;
  if (isIdentifier && !RESERVED.has(name.toLowerCase())) return;
  throw new UsageError(
    'invalid-c-name',
    `"${name}" cannot be the name of a library; choose ${expected}, such as hands.`,
    { received: name, expected },
  );
}
