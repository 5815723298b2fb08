import { classNamesOf, type Model } from '@bd-edge/sdk/internal';
import { literal } from '../class-names-macro.js';

/** Returns the function `NAME_class_name`, or nothing if the model has no class names. */
export function classNameFunction(model: Model, prefix: string): { prototype: string; definition: string } {
  const names = classNamesOf(model);
  if (names === undefined) return { prototype: '', definition: '' };
  const signature = `const char *${prefix}_class_name(uint32_t class_index)`;
  return {
    prototype: `/* Returns the name of a class, in UTF-8, or NULL if there is no such class. */\n${signature};\n`,
    definition: `
${signature} {
  static const char *const names[] = {
${names.map((name) => `      ${literal(name)},\n`).join('')}  };
  return class_index < ${names.length} ? names[class_index] : NULL;
}
`,
  };
}
