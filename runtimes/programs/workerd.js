// For workerd: takes cases by POST.
import { load } from '@bd-edge/sdk';
import { runCases } from './run-cases.js';

export default {
  async fetch(request) {
    const build = new URL(request.url).searchParams.get('build') ?? undefined;
    return Response.json(await runCases(load, await request.json(), { build }));
  },
};
