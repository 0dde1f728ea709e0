import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { type System, fileSystemOf } from '../../src/log/sqlite/file-system.ts';

const on = (platform: NodeJS.Platform, listing: string, folder: string) =>
  fileSystemOf(folder, { platform, realPath: (path) => path, mounts: () => listing });

/** As Linux lists them: a root, and these upon it. */
const mountinfo = (...mounts: readonly [point: string, type: string, source: string][]): string =>
  [
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard',
    ...mounts.map(
      ([point, type, source], index) => `${90 + index} 27 0:40 / ${point} rw - ${type} ${source} rw`,
    ),
    '',
  ].join('\n');

const over = (child: string) => `${mountinfo(['/mnt/work/deep', 'nfs4', 'nas:/'])}${child}`;

describe('Linux', () => {
  test.each([
    ['ext4', '/dev/sda1', 'nobody'],
    ['btrfs', '/dev/sda1', 'nobody'],
    ['overlay', 'overlay', 'nobody'],
    ['tmpfs', 'tmpfs', 'nobody'],
    ['nfs', 'nas:/home', 'network'],
    ['nfs4', 'nas:/home', 'network'],
    ['cifs', '//nas/home', 'network'],
    ['smb3', '//nas/home', 'network'],
    ['ceph', '10.0.0.1:6789:/', 'network'],
    ['fuse.sshfs', 'anna@server:/home/anna', 'network'],
    ['fuse.rclone', 'drive:', 'network'],
    ['fuse.gvfsd-fuse', 'gvfsd-fuse', 'network'],
    ['fuse', 'https://cloud.example/dav', 'network'],
    ['9p', 'C:\\134', 'host'],
    ['virtiofs', 'share', 'host'],
    ['vboxsf', 'work', 'host'],
    ['fakeowner', '/run/host_mark/Users', 'host'],
    ['fuse.grpcfuse', 'grpcfuse', 'host'],
    ['fuse.bindfs', '/home/anna', 'host'],
    ['fuseblk', '/dev/sdb1', 'host'],
  ])('%s of %s is shared with: %s', (type, source, sharedWith) => {
    const listing = mountinfo(['/mnt/work', type, source]);
    expect(on('linux', listing, '/mnt/work/project/.lineclear')).toEqual({
      sharedWith,
      name: `${type}, ${source.replace('\\134', '\\')}`,
    });
    expect(on('linux', listing, '/mnt/workshop').sharedWith).toBe('nobody');
  });

  test('a name with spaces is the same mount', () => {
    const listing = mountinfo(['/mnt/our\\040files', 'nfs4', 'nas:/our\\040files']);
    expect(on('linux', listing, '/mnt/our files/a')).toEqual({
      sharedWith: 'network',
      name: 'nfs4, nas:/our files',
    });
  });

  test('what lies over another mount counts, not what it hides', () => {
    expect(on('linux', over('95 27 8:1 / /mnt/work rw - ext4 /dev/sdb rw'), '/mnt/work/deep/a').name).toBe(
      'ext4, /dev/sdb',
    );
    expect(on('linux', over('95 90 8:1 / /mnt/work/deep rw - ext4 /dev/sdb rw'), '/mnt/work/deep').name).toBe(
      'ext4, /dev/sdb',
    );
  });

  test('where nobody can tell, no memory is shared', () => {
    const system: System = {
      platform: 'linux',
      realPath: (path) => path,
      mounts: () => {
        throw new Error('EACCES');
      },
    };
    expect(fileSystemOf('/', system).sharedWith).toBe('host');
  });
});

test.each([
  ['/Users/anna/work', 'nobody'],
  ['/Volumes/Our Share/work', 'network'],
  ['/Users/anna/far/work', 'network'],
  ['/Users/anna/vault', 'host'],
] as const)('macOS: %s is shared with: %s', (folder, sharedWith) => {
  const listing = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//anna@nas._smb._tcp.local/Our%20Share on /Volumes/Our Share (smbfs, nodev, nosuid, mounted by anna)
anna@server:/srv on /Users/anna/far (macfuse, nodev, nosuid, synchronous, mounted by anna)
vault@macfuse0 on /Users/anna/vault (macfuse, nodev, nosuid, mounted by anna)
`;
  expect(on('darwin', listing, folder).sharedWith).toBe(sharedWith);
});

test.each([
  ['C:\\work', 'nobody'],
  ['\\\\nas\\home\\work', 'network'],
  ['\\\\wsl.localhost\\Ubuntu\\home\\anna', 'host'],
  ['\\\\wsl$\\Ubuntu\\home\\anna', 'host'],
] as const)('Windows: %s is shared with: %s', (folder, sharedWith) => {
  const windows: System = { platform: 'win32', realPath: (path) => path, mounts: () => '' };
  expect(fileSystemOf(folder, windows).sharedWith).toBe(sharedWith);
});

test('the folder for temporary files of this machine is its own', () => {
  expect(fileSystemOf(os.tmpdir())).toMatchObject({
    sharedWith: 'nobody',
    name: expect.stringMatching(/\w/),
  });
});
