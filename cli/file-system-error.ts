/** What is wrong with a path, by the codes of Node's errors for files. */
export const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file or folder',
  EACCES: 'No permission for',
  EPERM: 'No permission for',
  EISDIR: 'A file is needed, and this is a folder:',
  ENOTDIR: 'A folder is needed on the way to',
  EEXIST: 'A folder is needed, and this is a file:',
  ENAMETOOLONG: 'The name is too long:',
  ELOOP: 'Links lead in a circle at',
  EBUSY: 'Another program uses',
  EMFILE: 'Too many files are open to open',
  EIO: 'The disk fails at',
  ENOSPC: 'The disk is full; cannot write',
  EROFS: 'The disk is read-only; cannot write',
};

/** An error that Node's `fs` gave. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error && (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && Object.hasOwn(FILE_PROBLEMS, code);
}
