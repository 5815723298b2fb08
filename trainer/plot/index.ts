export { plotComparisons } from './comparisons.js';
export { drawChart, type LineStyle, lineStyles } from './draw.js';
export { plotModelMismatch, plotToyMismatch } from './mismatch.js';
export { plotSurrogates } from './surrogates.js';
