/** The element that index.html has under a name; that it is there, a test of the page sees. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** A new element with text or other elements inside; never HTML, since labels come from files. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

/** `1,234` */
export const formatted = (value: number) => value.toLocaleString('en');

/** `12.3 %` */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
