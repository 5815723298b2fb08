import type { Model } from '@bd-edge/sdk/internal';
import { classNamesOf } from '@bd-edge/sdk/internal';

/**
 * Returns a C macro that lists the class names, or an empty string if the model has none. A macro takes no memory in a
 * program that does not use it.
 */
export function classNamesMacro(model: Model, macros: string): string {
  const classNames = classNamesOf(model);
  if (classNames === undefined) return '';
  const name = `${macros}_CLASS_NAMES`;
  return `/* const char *const names[] = {${name}}; */\n#define ${name} ${classNames.map(literal).join(', ')}\n`;
}

/** Returns a C string literal. Bytes other than plain ASCII become octal escapes of three digits. */
export function literal(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w .,:;()+/-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
