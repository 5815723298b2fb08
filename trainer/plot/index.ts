export { type Chart, lineChart, type Panel, type Series } from './line-chart.js';
export { plotModelMismatch, plotToyMismatch } from './mismatch.js';
export { plotSurrogates } from './surrogates.js';
