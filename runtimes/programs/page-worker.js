// A page whose worker runs the cases, written as bundlers recognize it.
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
globalThis.answer = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
});
