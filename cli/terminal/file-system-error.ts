/** The problems that Node's error codes stand for, and their fixes. */
const PROBLEMS: Readonly<Record<string, { code: string; problem: (path: string) => string; fix?: string }>> =
  {
    ENOENT: { code: 'file-not-found', problem: (path) => `${path} does not exist` },
    EACCES: { code: 'permission-denied', problem: (path) => `No permission for ${path}` },
    EPERM: { code: 'permission-denied', problem: (path) => `No permission for ${path}` },
    EISDIR: { code: 'is-a-folder', problem: (path) => `${path} is a folder; expected a file` },
    // Node's `rm` has a code of its own.
    ERR_FS_EISDIR: { code: 'is-a-folder', problem: (path) => `${path} is a folder; expected a file` },
    ENOTDIR: { code: 'not-a-folder', problem: (path) => `${path} is a file; expected a folder` },
    EEXIST: { code: 'not-a-folder', problem: (path) => `${path} is a file; expected a folder` },
    ENAMETOOLONG: { code: 'name-too-long', problem: (path) => `The name ${path} is too long` },
    ELOOP: { code: 'link-loop', problem: (path) => `The symbolic links at ${path} form a loop` },
    EBUSY: {
      code: 'file-busy',
      problem: (path) => `Another program uses ${path}`,
      fix: 'close it and try again',
    },
    EMFILE: {
      code: 'too-many-open-files',
      problem: (path) => `Too many files are open to open ${path}`,
      fix: 'raise the limit (ulimit -n)',
    },
    EIO: {
      code: 'disk-error',
      problem: (path) => `The disk reports an error at ${path}`,
      fix: 'check the disk',
    },
    ENOSPC: {
      code: 'disk-full',
      problem: (path) => `The disk is full; cannot write ${path}`,
      fix: 'free some space and try again',
    },
    EDQUOT: {
      code: 'disk-full',
      problem: (path) => `Your disk quota is exhausted; cannot write ${path}`,
      fix: 'free some space and try again',
    },
    EFBIG: {
      code: 'file-too-large',
      problem: (path) => `${path} exceeds the file size limit`,
      fix: 'raise the limit (ulimit -f)',
    },
    EROFS: {
      code: 'read-only-disk',
      problem: (path) => `The disk is read-only; cannot write ${path}`,
      fix: 'choose another folder',
    },
  };

/** Returns whether an error comes from Node's `fs`: a known code, or another failed call with a path. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return false;
  return Object.hasOwn(PROBLEMS, code) || (typeof path === 'string' && isFileCall(syscall));
}

/** Returns whether a system call is one of files. Programs that cannot start have a path too. */
function isFileCall(syscall: string | undefined): boolean {
  return syscall !== undefined && !/^(spawn|connect|listen|bind)/.test(syscall);
}

/** Returns a stable code and one sentence for such an error. */
export function fileProblem({ code = '', path }: NodeJS.ErrnoException): { code: string; message: string } {
  const other = {
    code: 'file-system-error',
    problem: (path: string) => `The file system reports ${code} for ${path}`,
    fix: undefined,
  };
  const {
    code: stable,
    problem,
    fix = 'check the path',
  } = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : other;
  return { code: stable, message: `${problem(path ?? 'a file')}; ${fix}.` };
}
