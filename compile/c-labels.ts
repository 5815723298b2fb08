import type { Model } from '@bd-edge/sdk/internal';
import { labelsOf } from '@bd-edge/sdk/internal';

/**
 * The names of the classes as a macro, which takes no room in a program that does not use it; nothing where there are
 * none.
 */
export function labelsMacro(model: Model, macros: string): string {
  const labels = labelsOf(model);
  if (labels === undefined) return '';
  const name = `${macros}_LABELS`;
  return `/* The names of the classes: const char *const labels[] = {${name}}; */\n#define ${name} ${labels.map(literal).join(', ')}\n`;
}

/** Octal, for whatever is not plain ASCII or means something in C; three digits end an escape. */
function literal(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w .,:;()+/-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
