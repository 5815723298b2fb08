import { crc32 } from '@bd-edge/sdk/internal';
import { type Selection, selectItems, textOf } from '../native/amalgamate.js';
import { calledFunctions, type NetworkCode, stateWords } from '../native/network-code.js';
import { compilerSettings, kernelFiles } from '../native/to-c.js';

/** C code that several libraries in one program share. */
export interface SharedCode {
  header: string;
  source: string;
}

/** The kernels of a network. */
export interface KernelCode extends SharedCode {
  /** The definition of the struct for a run, for public headers: guarded, since several libraries may have it. */
  runDefinition: string;
  /** The name of that struct, such as `bd_edge_run_1a2b3c4d`. */
  runName: string;
}

/** The sources with loops that take most of the time. */
const FAST_FILES =
  /^(binary-(convolution|counters|lists|thresholds|transpose|windows|scales)|int8-(quads|winograd)|max-pool|put|scale|stream-thresholds|sum-pool)\.c$/;
const STRUCTS = ['struct op_constants', 'struct network_constants', 'NETWORK_TESTS', 'struct network_run'];

/**
 * Returns the kernels that a network needs as a source and its private header. The linker keeps one copy of a function
 * that several libraries define: names of functions have a fingerprint of the code, and are weak.
 */
export function kernelCode(code: NetworkCode): KernelCode {
  const sources = kernelFiles(code);
  const functions = calledFunctions(code);
  const types = selectItems(sources, STRUCTS);
  const all = selectItems(sources, functions);
  const declared = new Set(types.items.map(({ text }) => text));
  const rest = { ...all, items: all.items.filter(({ text }) => !declared.has(text)).map(makeFast) };
  const fingerprint = fingerprintOf(textOf(types) + textOf(rest));
  const run = types.items.find(({ names }) => names.includes('struct network_run'))?.text ?? '';
  const runName = `bd_edge_run_${fingerprint}`;
  const runDefinition = guarded(
    runName,
    run.replace('network_run', runName).replace('LAYER_STATE_WORDS', String(stateWords())),
  );
  const ofRun = (text: string) => text.replaceAll('struct network_run', `struct ${runName}`);
  const shared = share(rest, functions, fingerprint);
  const privateTypes = { ...types, items: types.items.filter(({ text }) => text !== run) };
  return {
    runName,
    runDefinition,
    header: `/* The private part of the library: kernels of bd-edge, which several libraries share. */
#ifndef BD_EDGE_KERNELS_H
#define BD_EDGE_KERNELS_H
${shared.names}
${ofRun(textOf(privateTypes))}
${runDefinition}
${ofRun(shared.prototypes)}
#endif
`,
    source: `/* The kernels of bd-edge that the network needs: C99 for little-endian processors. */
#include "bd_edge_kernels.h"

${compilerSettings(code.small ? 'Os' : 'O2')}
${FAST_MACRO}${SHARED_MACRO}
${ofRun(shared.source)}`,
  };
}

/** Returns the definition of a struct that is skipped where it exists. */
function guarded(name: string, definition: string): string {
  const macro = name.toUpperCase();
  return `#ifndef ${macro}\n#define ${macro}\n${definition}\n#endif\n`;
}

/** Returns 8 hexadecimal digits that stand for a text. */
export function fingerprintOf(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

const FAST_MACRO = `/* An attribute of the functions that take most of the time, such as a section in RAM. */
#ifndef BD_EDGE_FAST
#define BD_EDGE_FAST
#endif
`;

/** The attribute of functions that several libraries may define. */
export const SHARED_MACRO = '#define SHARED __attribute__((weak))\n';

/** Puts `BD_EDGE_FAST` before the functions of an item, if its file has the loops. */
function makeFast(item: Selection['items'][number]): Selection['items'][number] {
  if (item.names.includes('ASSEMBLY_FUNCTION'))
    return { ...item, text: item.text.replace('__attribute__', 'BD_EDGE_FAST __attribute__') };
  if (!FAST_FILES.test(item.file)) return item;
  const text = item.text.replace(/^(?:SEPARATE )?static (?=[^=;{(]*\([^;]*?\)\s*{)/gm, 'BD_EDGE_FAST $&');
  return { ...item, text };
}

/**
 * Makes functions of a selection visible for other files.
 *
 * @returns macros with their names, their prototypes, and the text of the selection
 */
export function share(
  selection: Selection,
  functions: readonly string[],
  fingerprint: string,
): { names: string; prototypes: string; source: string } {
  const prototypes: string[] = [];
  const items = selection.items.map((item) => {
    const name = functions.find((one) => item.names.includes(one));
    if (name === undefined) return item;
    const head = new RegExp(`^((?:BD_EDGE_FAST )?)static ([^{;]*\\b${name}\\([^{;]*\\)) {`, 'm');
    const signature = head.exec(item.text)?.[2];
    if (signature === undefined) throw new SyntaxError(`"${name}" is not a function`);
    prototypes.push(`${signature};\n`);
    return { ...item, text: item.text.replace(head, `$1SHARED $2 {`) };
  });
  return {
    names: functions.map((name) => `#define ${name} bd_edge_${fingerprint}_${name}\n`).join(''),
    prototypes: prototypes.join(''),
    source: textOf({ ...selection, items }),
  };
}
