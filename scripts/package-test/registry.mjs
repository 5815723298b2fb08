import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';

/**
 * Serves packed packages as an npm registry would after they are published. All other packages are redirected to the
 * registry that npm is configured with.
 *
 * @param packages as `packAll` returns them
 * @returns its address, the names of packages that it hides, and a function that stops it
 */
export async function startRegistry(packages) {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  /** @type {Set<string>} */
  const hidden = new Set();
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(url.slice(1).replace(/\?.*/, ''));
    const file = packages.find(({ tarball }) => path === `-/${basename(tarball)}`);
    const named = packages.find(({ name }) => name === path);
    if (hidden.has(path)) response.writeHead(404).end();
    else if (file) response.end(readFileSync(file.tarball));
    else if (named)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document(named)));
    else response.writeHead(307, { Location: new URL(url.slice(1), upstream).href }).end();
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const address = `http://127.0.0.1:${port}`;

  function document({ name, version, tarball }) {
    const bytes = readFileSync(tarball);
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const manifest = JSON.parse(
      execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
    );
    const dist = { integrity, tarball: `${address}/-/${basename(tarball)}` };
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }

  return { address, hidden, close: () => server.close() };
}
