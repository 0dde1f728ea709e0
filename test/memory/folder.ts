import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { keepFiles } from '../../src/memory/files/keep-files.ts';
import type { FileProblem } from '../../src/memory/files/note-file.ts';
import { type Peer, type Peers, createPeers, maria } from './peers.ts';

/** A folder that is kept in step, by as many as are asked for. */
export function createFolder(peers: Peers = createPeers(), place = '.lineclear') {
  const folder = path.join(peers.folder, place);
  fs.mkdirSync(folder);
  const file = (name: string) => path.join(folder, 'memory', name);
  return {
    peers,
    folder,
    file,
    /** The text of a file, undefined as long as there is none. */
    read: (name: string) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : undefined),
    write(name: string, text: string | Uint8Array) {
      fs.mkdirSync(path.dirname(file(name)), { recursive: true });
      fs.writeFileSync(file(name), text);
    },
    keep({ memory, backend }: Peer) {
      const stop = new AbortController();
      const problems: (readonly FileProblem[])[] = [];
      const errors: unknown[] = [];
      const ended = keepFiles({
        memory,
        leases: backend.leases,
        logId: backend.log.logId,
        folder,
        author: { ...maria, source: 'memory' },
        signal: stop.signal,
        onProblems: (found) => problems.push(found),
        onError: (error) => errors.push(error),
      });
      const end = () => {
        stop.abort();
        return ended;
      };
      onTestFinished(end);
      return { problems, errors, end };
    },
  };
}
