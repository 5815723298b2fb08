/** What is wrong with a file, by the codes of Node's errors, and what to do about it. */
const PROBLEMS: Readonly<Record<string, { what: string; remedy?: string }>> = {
  ENOENT: { what: 'There is no file or folder' },
  EACCES: { what: 'No permission for' },
  EPERM: { what: 'No permission for' },
  EISDIR: { what: 'A file is needed, and this is a folder:' },
  ENOTDIR: { what: 'A folder is needed on the way to' },
  EEXIST: { what: 'A folder is needed, and this is a file:' },
  ENAMETOOLONG: { what: 'The name is too long:' },
  ELOOP: { what: 'Links lead in a circle at' },
  EBUSY: { what: 'Another program uses', remedy: 'end that one and try again' },
  EMFILE: { what: 'Too many files are open to open', remedy: 'allow more (ulimit -n) and try again' },
  EIO: { what: 'The disk fails at', remedy: 'check the disk' },
  ENOSPC: { what: 'The disk is full; cannot write', remedy: 'make room and try again' },
  EDQUOT: { what: 'Your share of the disk is full; cannot write', remedy: 'make room and try again' },
  EFBIG: {
    what: 'Files may not become so large; cannot write',
    remedy: 'allow more (ulimit -f) and try again',
  },
  EROFS: { what: 'The disk is read-only; cannot write', remedy: 'name a place on another one' },
};

/** An error that Node's `fs` gave. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error && (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

/** One of those in a sentence. */
export function fileProblem({ code = '', path }: NodeJS.ErrnoException): string {
  const { what, remedy = 'check the path' } = PROBLEMS[code];
  return `${what} ${path ?? 'a file'}; ${remedy}.`;
}
