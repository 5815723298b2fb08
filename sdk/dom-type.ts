/**
 * The type of a global of pages, such as `ImageData`; `never` in programs that are compiled without the DOM
 * library, where a missing name would become `any`.
 */
export type DomType<Name extends string> =
  typeof globalThis extends Record<Name, { prototype: infer T }> ? T : never;
