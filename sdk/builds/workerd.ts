/**
 * `bd-edge` in Cloudflare's workerd, which compiles no wasm at run time: there, an import of wasm is a module that was
 * compiled when the worker was deployed.
 *
 * @module
 */
import { builds } from './builds.js';
import mvp from './mvp.wasm';
import simd from './simd.wasm';

builds.mvp = () => mvp;
builds.simd = () => simd;
builds['simd-threads'] = () => {
  throw new Error('workerd has no threads');
};

export * from '../index.js';
