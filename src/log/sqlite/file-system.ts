import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { type Mount, mountByListing, mountByMountinfo } from './mounts.ts';

/** Who else may write to a file system, past the locks and the memory that processes of this machine share. */
export interface FileSystem {
  /** `host`: the machine around this container or virtual machine; `network`: any other machine. */
  readonly sharedWith: 'nobody' | 'host' | 'network';
  /** For a person: what it is and what is mounted there. */
  readonly name: string;
}

export interface System {
  readonly platform: NodeJS.Platform;
  readonly realPath: (folder: string) => string;
  /** What is mounted where: Linux's `/proc/self/mountinfo`, elsewhere what `mount` prints. Throws when nobody can tell. */
  readonly mounts: () => string;
}

function realPath(folder: string): string {
  try {
    // Follows a Windows drive letter to the share that it stands for; fails on some drives of memory.
    return fs.realpathSync.native(folder);
  } catch {
    return fs.realpathSync(folder);
  }
}

const THIS_SYSTEM: System = {
  platform: process.platform,
  realPath,
  mounts: () =>
    process.platform === 'linux'
      ? fs.readFileSync('/proc/self/mountinfo', 'utf8')
      : execFileSync('/sbin/mount', { encoding: 'utf8', timeout: 5_000 }),
};

const NETWORK =
  /^(?:nfs4?|cifs|smb3|smbfs|ncpfs|afpfs|webdav|davfs|k?afs|openafs|coda|ceph|lustre|gpfs|beegfs|pvfs2|glusterfs|ocfs2|gfs2)$/;
/** Programs behind FUSE whose files are on other machines. */
const NETWORK_FUSE =
  /^fuse\.(?:sshfs|rclone|davfs2?|curlftpfs|gvfsd-fuse|smbnetfs|glusterfs|ceph|ceph-fuse|juicefs|s3fs|gcsfuse|goofys|mount-s3|blobfuse2?)$/;
/** Over which containers and virtual machines see folders of their host (WSL, dev containers), and FUSE of any other kind. */
const OF_HOST = /^(?:9p|virtiofs|drvfs|vboxsf|prl_fs|vmhgfs|fakeowner|fuse.*|macfuse|osxfuse\w*)$/;
/** Where FUSE does not tell its programs apart: `user@server:folder`. */
const REMOTE_SOURCE = /^(?!\/)[^/\s]*:/;

function sharing({ type, source }: Mount): FileSystem['sharedWith'] {
  if (NETWORK.test(type) || NETWORK_FUSE.test(type)) return 'network';
  if (!OF_HOST.test(type)) return 'nobody';
  return /^(?:fuse|macfuse|osxfuse\w*)$/.test(type) && REMOTE_SOURCE.test(source) ? 'network' : 'host';
}

/** The file system of a folder that exists. */
export function fileSystemOf(folder: string, system: System = THIS_SYSTEM): FileSystem {
  const { platform, mounts } = system;
  const real = system.realPath(folder);
  if (platform === 'win32') {
    if (!real.startsWith('\\\\')) return { sharedWith: 'nobody', name: real };
    return { sharedWith: /^\\\\wsl(?:\$|\.localhost)\\/i.test(real) ? 'host' : 'network', name: real };
  }
  let listing: string;
  try {
    listing = mounts();
  } catch {
    // Of the two ways to write a log the one that needs less of the file system.
    return { sharedWith: 'host', name: 'unknown' };
  }
  const mount = platform === 'linux' ? mountByMountinfo(listing, real) : mountByListing(listing, real);
  return mount
    ? { sharedWith: sharing(mount), name: `${mount.type}, ${mount.source}` }
    : { sharedWith: 'nobody', name: 'unknown' };
}
