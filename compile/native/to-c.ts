import { identifier, title } from '../names.js';
import { amalgamate } from './amalgamate.js';
import kernelSources from './kernel-sources.generated.js';
import {
  calledFunctions,
  type NetworkCode,
  networkCode,
  networkConstants,
  networkFunctions,
  networkHeader,
  stateWords,
} from './network-code.js';
import { partsHeader } from './parts-macros.js';

export interface COptions {
  /** The name of both files, without their ending. Identifiers begin with it; other characters become underscores. */
  name: string;
}

export interface CFiles {
  /** The text of `NAME.h`. */
  header: string;
  /** The text of `NAME.c`, which includes `NAME.h`. */
  source: string;
}

/** A network as C99 code, which calls `memcpy` and `memset` only. */
export interface CNetwork extends CFiles {
  /** Bytes of RAM for activations and scratch memory. */
  arenaBytes: number;
  /** Bytes of constants, on a 32-bit processor. The code comes on top. */
  constantBytes: number;
}

/** The struct of firmware/kernels/run-network.h that the generated header defines under the network's name. */
const RUN = /\/\*\*[^*]*\*\/\nstruct network_run {[^}]*};\n+/;

/**
 * Generates C code of a network from a `.bdm`: its ops, weights and parameters as constants, and the kernels of
 * firmware/kernels that it needs.
 *
 * ```js
 * import { toC } from '@bd-edge/compile';
 *
 * const { header, source, arenaBytes } = toC(await readFile('model.bdm'), { name: 'digits' });
 * ```
 *
 * @throws {ModelError} if the buffer is not a valid model
 * @throws {UsageError} code `invalid-c-name` if `name` cannot become a C identifier
 */
export function toC(bytes: Uint8Array, { name }: COptions): CNetwork {
  const code = networkCode(bytes, identifier(name));
  return {
    header: networkHeader(code, {
      struct: `/* A run of the network. The members are private. */
struct ${code.prefix} {
  uint8_t *arena;
  uint32_t state[${stateWords()}];
  uint16_t op, row;
};
`,
    }),
    source: `/* ${title(code.model)}: C99 for little-endian processors. */
#include "${name}.h"

${compilerSettings()}
${kernelsOf(code)}
${networkConstants(code)}
${networkFunctions(code, 'run')}`,
    arenaBytes: code.plan.bytes,
    constantBytes: code.constantBytes,
  };
}

/** Returns the first lines of C code with kernels. @param optimize GCC's level, where the program has none or a lower one */
export function compilerSettings(optimize: 'O2' | 'Os' = 'O2'): string {
  return `#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "this code needs a little-endian processor"
#endif
/* GCC reports the explicit conversion of an int16_t to a uint32_t too. */
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wsign-conversion"
/* Bits and numbers are bytes of an arena: all of their places are multiples of 4. */
#pragma GCC diagnostic ignored "-Wcast-align"
#endif
${optimize === 'Os' ? '#define WITHOUT_HIGH_REGISTERS' : '#if defined(__OPTIMIZE_SIZE__) && !defined(__clang__)\n#define WITHOUT_HIGH_REGISTERS\n#endif'}
${optimize === 'Os' ? FOR_SIZE : FOR_SPEED}`;
}

const FOR_SPEED = `/* Most of the time is spent in a few loops: they are worth their size. */
#if defined(__GNUC__) && !defined(__clang__) && (!defined(__OPTIMIZE__) || defined(__OPTIMIZE_SIZE__))
#pragma GCC optimize("O2")
#endif
`;
const FOR_SIZE = `#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE_SIZE__)
#pragma GCC optimize("Os")
#endif
`;

/** Returns the kernels that the ops need, and the functions that run them. */
function kernelsOf(code: NetworkCode): string {
  const name = `struct ${code.prefix}`;
  return amalgamate(kernelFiles(code), calledFunctions(code), [name])
    .replace(RUN, '')
    .replaceAll('struct network_run', name);
}

/** Returns the sources of the kernels for the ops of a network, which run to the end. */
export function kernelFiles({ model, small }: NetworkCode): Record<string, string> {
  return {
    ...kernelSources,
    'poll.c': 'bool kernel_may_continue(void) { return true; }\n',
    'parts.h': partsHeader(model, small),
  };
}
