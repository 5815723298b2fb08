import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The import map of a page without a bundler, as in docs/runtimes.md. */
const IMPORT_MAP = {
  imports: {
    '@bd-edge/sdk': '/node_modules/@bd-edge/sdk/dist/index.js',
    '@bd-edge/sdk/inline': '/node_modules/@bd-edge/sdk/dist/inline.js',
    '@bd-edge/sdk/worker': '/node_modules/@bd-edge/sdk/dist/worker.js',
    '@bd-edge/sdk/internal': '/node_modules/@bd-edge/sdk/dist/internal.js',
    '@bd-edge/sdk/internal/layout': '/node_modules/@bd-edge/sdk/dist/internal-layout.js',
    '@bd-edge/host': '/node_modules/@bd-edge/host/dist/index.js',
    '@noble/hashes/': '/node_modules/@noble/hashes/',
  },
};

/**
 * Writes a page that runs one script.
 *
 * @param tells whether the page posts its answer to the server
 * @returns the name of the page's file
 */
export function writePage(
  folder: string,
  script: string,
  { name = `${script}.html`, importMap = true, tells = false } = {},
): string {
  const map = importMap ? `<script type="importmap">${JSON.stringify(IMPORT_MAP)}</script>\n` : '';
  const teller = tells ? '<script type="module" src="./tell.js"></script>\n' : '';
  const page = `<!doctype html>\n<title>test</title>\n${map}${teller}<script type="module" src="./${script}"></script>\n`;
  writeFileSync(join(folder, name), page);
  return name;
}
