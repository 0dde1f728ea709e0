import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface FileFacts {
  /** Bytes. */
  readonly size: number;
  /** `sha256:` and hex digits. */
  readonly hash: string;
}

/** Timestamps of files are those of the last tick of the system, up to 10 ms ago. */
const TIMESTAMP_LAG = 10;

/** The folder that an agent works in, as the place that its paths are about. */
export interface WorkspacePaths {
  /** How events name a file: relative to the folder, with `/`, or absolute when it is outside. */
  name(file: string): string;
  exists(file: string): boolean;
  /** Whether a file is there that was there before that time already, in milliseconds since 1970. */
  existedAt(file: string, time: number): boolean;
  /** Undefined when it is not a readable file, is no text, or has more bytes than the limit. */
  readText(file: string, limit: number): Promise<string | undefined>;
  /** Undefined when it is not a readable file. */
  readFacts(file: string): Promise<FileFacts | undefined>;
}

export function openWorkspacePaths(cwd: string): WorkspacePaths {
  // An agent may name files by the real path of a folder that we know by a link, and the other way round.
  const roots = [...new Set([path.resolve(cwd), realPath(cwd)])];
  const absolute = (file: string) =>
    path.resolve(cwd, file.startsWith('file://') ? fileURLToPath(file) : file);
  return {
    name(file) {
      const full = absolute(file);
      for (const root of roots) {
        const relative = path.relative(root, full);
        const outside =
          relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
        if (relative !== '' && !outside) return relative.replaceAll(path.sep, '/');
      }
      return full.replaceAll(path.sep, '/');
    },
    exists: (file) => fs.existsSync(absolute(file)),
    existedAt(file, time) {
      const stats = fs.statSync(absolute(file), { throwIfNoEntry: false });
      return stats !== undefined && stats.birthtimeMs < time - TIMESTAMP_LAG;
    },
    async readText(file, limit) {
      try {
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of openFile(absolute(file))) {
          size += chunk.length;
          if (size > limit || chunk.includes(0)) return undefined;
          // A copy: the buffer is used again.
          chunks.push(Buffer.from(chunk));
        }
        return Buffer.concat(chunks).toString('utf8');
      } catch {
        return undefined;
      }
    },
    async readFacts(file) {
      try {
        const hash = createHash('sha256');
        let size = 0;
        for await (const chunk of openFile(absolute(file))) {
          hash.update(chunk);
          size += chunk.length;
        }
        return { size, hash: `sha256:${hash.digest('hex')}` };
      } catch {
        return undefined;
      }
    },
  };
}

/** Only regular files: reading a pipe or a device may never end. */
async function* openFile(file: string): AsyncGenerator<Buffer> {
  const { O_RDONLY, O_NONBLOCK } = fs.constants;
  const handle = await fs.promises.open(file, O_RDONLY | O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${file} is not a file`);
    const buffer = Buffer.allocUnsafe(65_536);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function realPath(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}
