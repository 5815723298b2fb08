/**
 * Replaces control characters except tabs and line breaks, which a terminal would execute. Texts from files and boards
 * may contain them.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, '\ufffd');
}
