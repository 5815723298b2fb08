/** While developing, vite bundles packages anew, but not the workers that they start: so it shall leave this one be. */
export default { optimizeDeps: { exclude: ['bd-edge'] } };
