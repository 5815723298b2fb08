import { runCompiled } from './run-compiled.js';

const cases = await (await fetch('/compiled-cases.json')).json();
globalThis.answer = { mvp: await runCompiled(cases, 'mvp'), simd: await runCompiled(cases, 'simd') };
