// Rewrites the types that a package ships, so that programs with other settings than ours compile with them, also
// with `skipLibCheck: false`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rewrites all types in a folder. @param {string} folder */
export function makeTypesPortable(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.d.ts'))) {
    const path = join(folder, name);
    const before = readFileSync(path, 'utf8');
    const after = portableTypes(before);
    if (after !== before) writeFileSync(path, after);
  }
}

/**
 * Returns types that also compile
 *
 * - with TypeScript before 5.7, in which typed arrays have no type of their buffer
 * - without Node's types: what names a module of Node becomes `any` there
 * - with `lib` of ES2022, which has no `Symbol.dispose`
 *
 * @param {string} text
 */
export function portableTypes(text) {
  const rewritten = text
    .replace(/\b(\w+Array|DataView|ArrayBufferView)<ArrayBufferLike>/g, '$1')
    .replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<typeof $1.of>')
    .replace(/(?<!\/\/ @ts-ignore\n)^import .* from ['"]node:.*$/gm, '// @ts-ignore\n$&');
  const disposes = /\bSymbol\.(asyncDispose|dispose)\b/.test(rewritten);
  const reference = '/// <reference lib="esnext.disposable" />\n';
  return disposes && !rewritten.startsWith(reference) ? reference + rewritten : rewritten;
}
