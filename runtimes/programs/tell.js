// Posts a page's answer to the server, for browsers that the tests cannot control. It runs before the page's script.
const tell = (what) => fetch('/answer', { method: 'POST', body: JSON.stringify(what) });
addEventListener('error', ({ message }) => tell({ failed: message }));
addEventListener('unhandledrejection', ({ reason }) => tell({ failed: String(reason) }));
while (globalThis.answer === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
tell({ answer: await globalThis.answer });
