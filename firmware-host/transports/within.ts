/** The longest time in ms that one step of closing a port may take. A driver that is stuck may never finish it. */
export const CLOSE_MS = 500;

/** Waits until a promise settles, but not longer than `ms`. @returns whether it settled */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
