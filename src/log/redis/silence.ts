import type { Redis } from 'ioredis';

/** Looks in the time that an answer may take. */
const LOOKS = 5;

/**
 * Breaks a connection on which answers are due and nothing has come for `silenceMs`, or up to a fifth more. ioredis does
 * the same by `socketTimeout`, with a timer and a listener for each command: up to a tenth of the time from an append to its readers.
 */
export function watchSilence(client: Redis, silenceMs: number): void {
  client.on('connect', () => {
    const { stream } = client;
    let received = -1;
    let silent = 0;
    const timer = setInterval(() => {
      const isSilent = client.commandQueue.length > 0 && stream.bytesRead === received;
      received = stream.bytesRead;
      silent = isSilent ? silent + 1 : 0;
      if (silent > LOOKS) stream.destroy(new Error(`nothing came for ${silenceMs} ms`));
    }, silenceMs / LOOKS).unref();
    stream.once('close', () => clearInterval(timer));
  });
}
