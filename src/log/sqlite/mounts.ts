import path from 'node:path';

/** A file system where it is mounted. */
export interface Mount {
  readonly point: string;
  /** As the system calls it: `ext4`, `nfs4`, `fuse.sshfs`, `smbfs`. */
  readonly type: string;
  /** What is mounted there: a device, `server:/export`, `//server/share`. */
  readonly source: string;
}

const holds = (point: string, file: string): boolean =>
  point === file || file.startsWith(point.endsWith('/') ? point : `${point}/`);

const unescape = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

/** The mount that holds `file`, a real path, by Linux's `/proc/self/mountinfo`; undefined when it names none. */
export function mountByMountinfo(mountinfo: string, file: string): Mount | undefined {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [fields = '', tail = ''] = line.split(' - ', 2);
    const [id, parent, , , point] = fields.split(' ');
    const [type, source] = tail.split(' ');
    if (id === undefined || parent === undefined || point === undefined || !type) return [];
    return [{ id, parent, point: unescape(point), type, source: unescape(source ?? '') }];
  });
  const ids = new Set(mounts.map(({ id }) => id));
  // As the kernel walks: from a mount to the first one upon it that leads to the file. Whatever that one hides does not count.
  let found = mounts.find(({ parent, point }) => !ids.has(parent) && holds(point, file));
  for (let next = found; next;) {
    found = next;
    const { id } = found;
    [next] = mounts
      .filter(({ parent, point }) => parent === id && holds(point, file))
      .toSorted((a, b) => a.point.length - b.point.length);
  }
  return found;
}

/** The same by what `mount` prints on macOS. */
export function mountByListing(listing: string, file: string): Mount | undefined {
  const mounts = listing.split('\n').flatMap((line) => {
    const [, source, point, type] = /^(.*) on (\/.*) \(([^,)]+)/.exec(line) ?? [];
    return source !== undefined && point !== undefined && type !== undefined ? [{ source, point, type }] : [];
  });
  return mounts
    .filter(({ point }) => holds(point, path.posix.resolve(file)))
    .toSorted((a, b) => b.point.length - a.point.length)[0];
}
