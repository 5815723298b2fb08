import { printableLine } from '@bd-edge/sdk/internal';

/** Escapes text for HTML. A name stays one line, and cannot change the direction of what follows. */
export function escape(text: string): string {
  return printableLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Renders a table.
 *
 * @param head column names; if all are empty there is no header row
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('');
  const top = head.some(Boolean) ? `<tr>${cells(head, 'th')}</tr>` : '';
  return `<div class="wide"><table>${top}${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</table></div>`;
}
