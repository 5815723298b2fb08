import { defineConfig } from 'tsup';
import { base } from '../tsup.base.js';

export default defineConfig({ ...base, entry: ['index.ts', 'internal.ts'], dts: true });
