import fs from 'node:fs';

/**
 * `statfs` types of file systems that another machine or kernel writes to as well: NFS, SMB (three of its drivers), 9p, and FUSE
 * with virtiofs, over which containers and virtual machines see folders of their host.
 */
const SHARED = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546]);

/**
 * Whether processes that open a file in `folder` share memory through it. SQLite's write-ahead log needs that, and
 * silently corrupts the file where it is not so.
 */
export function hasSharedMemory(folder: string): boolean {
  if (process.platform === 'win32') return !folder.startsWith('\\\\');
  // The numbers are Linux's; elsewhere a type is an index of another table.
  if (process.platform !== 'linux') return true;
  return !SHARED.has(fs.statfsSync(folder).type);
}
