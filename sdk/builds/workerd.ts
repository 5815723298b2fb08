/**
 * The SDK in Cloudflare's workerd, which does not compile wasm at run time. An import of wasm is a module
 * there, compiled when the worker is deployed.
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
