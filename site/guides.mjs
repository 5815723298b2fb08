import { Converter, Renderer } from 'typedoc';

/** Pages of docs/, without their ending. */
export const DESIGN_NOTES = [
  'design/tables',
  'design/wasm3',
  'design/exact-decoupling',
  'design/flat-buffer',
  'design/link-protocol',
  'design/packages',
];

/** The category of each guide of docs/ in the navigation; other guides are for looking up. */
const CATEGORIES = {
  'Start here': ['first-network', 'own-images', 'playground', 'runtimes', 'what-works'],
  Train: ['training', 'data', 'networks', 'surrogates', 'mismatch', 'compare', 'results'],
  Run: ['preprocessing', 'import', 'coming-from', 'compile', 'performance', 'inspect'],
  Boards: ['boards', 'library', 'farms', 'porting', 'link', 'troubleshooting'],
  'Design notes': DESIGN_NOTES,
};

/** A plugin: names guides by their headings, and puts them into categories. */
export function guides(app) {
  const titles = new Map();
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [category] = Object.entries(CATEGORIES).find(([, names]) => names.includes(document.name)) ?? [];
    document.frontmatter.category = category ?? 'Look up';
    titles.set(document, headingOf(document.content));
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project: { documents = [], readme } }) => {
    const there = documents.map(({ name }) => name);
    for (const name of Object.values(CATEGORIES).flat())
      if (!there.includes(name))
        app.logger.warn(`site/guides.mjs names docs/${name}.md, which does not exist`);
    // The page shows its title already.
    if (readme) readme[0].text = readme[0].text.replace(/^# .*\n/, '');
  });
  // Only now, since addresses are made of the files' names.
  app.renderer.on(Renderer.EVENT_BEGIN, () => {
    for (const [document, title] of titles) document.name = title;
  });
}

/** A plugin for markdown-it: code blocks without a language are plain text. */
export function plainText({ core }) {
  core.ruler.push('plain-text', ({ tokens }) => {
    for (const token of tokens) if (token.type === 'fence') token.info ||= 'text';
  });
}

/** Returns the first line of a text without Markdown. */
function headingOf(parts) {
  const [line] = parts
    .map(({ text }) => text)
    .join('')
    .split('\n', 1);
  return line.replace(/^#\s*|`/g, '');
}
