import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_BUILDS, compileModel, toJavaScript } from '@bd-edge/compile';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';
import { answerOf, launch, withoutChromium } from './testing/chromium.js';
import { RUNTIMES } from './testing/command-line.js';
import { writePage } from './testing/page.js';
import { serve } from './testing/serve.js';
import { startWorker } from './testing/workerd.js';

/** The number of cases: the MNIST network, and others with every kind of layer. */
const CASES = 12;
const expected = expectedLogits.slice(0, CASES);

beforeAll(async () => {
  const project = inject('project');
  for (const build of COMPILED_BUILDS) {
    for (const [i, { model }] of cases.slice(0, CASES).entries()) {
      const compiled = compileModel(Buffer.from(model, 'base64'), { build });
      writeFileSync(join(project, `compiled-${build}-${i}.mjs`), (await toJavaScript(compiled)).source);
      writeFileSync(join(project, `compiled-${build}-${i}.wasm`), compiled.wasm);
    }
  }
  writeFileSync(join(project, 'compiled-cases.json'), JSON.stringify(cases.slice(0, CASES)));
});

describe.each(COMPILED_BUILDS)('compiled networks, %s parts', (build) => {
  test.each(Object.entries(RUNTIMES))('%s: .mjs', (_, [program, ...args]) => {
    const said = execFileSync(program, [...args, 'command-compiled.js', build], {
      cwd: inject('project'),
      encoding: 'utf8',
    });
    expect(JSON.parse(said)).toEqual(expected);
  });

  test('workerd: .wasm, imported as modules', async () => {
    const project = inject('project');
    const names = Array.from({ length: CASES }, (_, i) => `compiled-${build}-${i}.wasm`);
    const source = `
      import { runModules } from './run-module.js';
      ${names.map((name, i) => `import module${i} from './${name}';`).join('\n')}
      const modules = [${names.map((_, i) => `module${i}`).join(', ')}];
      export default {
        async fetch(request) { return Response.json(await runModules(modules, await request.json())); },
      };`;
    writeFileSync(join(project, `workerd-compiled-${build}.js`), source);
    const worker = await startWorker(
      join(project, `workerd-compiled-${build}.js`),
      mkdtempSync(join(project, 'workerd-')),
    );
    try {
      const body = JSON.stringify(cases.slice(0, CASES));
      expect(await (await fetch(worker.url, { method: 'POST', body })).json()).toEqual(expected);
    } finally {
      await worker.stop();
    }
  });
});

test.skipIf(withoutChromium)('compiled networks in Chromium: .mjs, both builds', async () => {
  const browser = await launch();
  const served = await serve(inject('project'));
  try {
    const page = writePage(inject('project'), 'page-compiled.js', { importMap: false });
    expect(await answerOf(browser, `${served.url}/${page}`)).toEqual({ mvp: expected, simd: expected });
    // A module with its engine inside fetches nothing else.
    expect(served.requests.filter((path) => path.endsWith('.wasm'))).toEqual([]);
  } finally {
    await browser.close();
    await served.close();
  }
});
