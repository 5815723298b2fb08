/** Text from elsewhere, for a terminal: control characters would be commands to it. */
export function printable(text: string): string {
  return text.trimEnd().replace(/[^\P{Cc}\t]/gu, '\ufffd');
}
