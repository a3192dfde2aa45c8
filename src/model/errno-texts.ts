/** What the codes of a file system mean, in the words of every error of ours; who needs more adds its own. */
export const errnoTexts: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is not a directory',
}
