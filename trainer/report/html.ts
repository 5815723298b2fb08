/** Text that stands for itself in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param head empty names leave the row of names out */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('');
  const top = head.some(Boolean) ? `<tr>${cells(head, 'th')}</tr>` : '';
  return `<div class="wide"><table>${top}${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</table></div>`;
}
