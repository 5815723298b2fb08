/**
 * Text that may come from elsewhere, such as a file's names or a board's log, for a terminal: control characters would
 * be commands to it. Lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, '\ufffd');
}
