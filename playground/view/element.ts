/** Returns an element of index.html by its id. A test of the page checks that it exists. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** Creates an element with text or other elements inside. It never takes HTML, because class names come from files. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

/** Formats as `1,234`. */
export const formatted = (value: number) => value.toLocaleString('en');

/** Formats as `12.3 %`. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
