export { plotModelMismatch, plotToyMismatch } from './mismatch.js';
export { plotSurrogates } from './surrogates.js';
