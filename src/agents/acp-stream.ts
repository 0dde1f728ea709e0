import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type * as acp from '@agentclientprotocol/sdk';

interface AcpStreamHandlers {
  /** Every notification of the agent, in order and before anything that it sent later. The next message waits for it. */
  readonly onNotification: (method: string, params: unknown) => Promise<void>;
  /** A line that is not a message of the protocol. */
  readonly onStray: (line: string) => void;
}

/** Bytes of one message; an agent that sends more in one line is cut off. */
const MESSAGE_SIZE = 32 * 1024 * 1024;

export class LineTooLong extends Error {
  constructor(bytes: number) {
    super(`It sent a line of more than ${bytes / 1024 ** 2} MiB.`);
    this.name = 'LineTooLong';
  }
}

/**
 * The messages on the pipes of a process. Unlike the stream of the SDK it hands out notifications by itself, because
 * the SDK dispatches them beside the replies, so that a turn could end before its last update was seen, and drops
 * those of a kind that it does not know. Reads no further than what was handled.
 */
export function openAcpStream(
  child: Pick<ChildProcessWithoutNullStreams, 'stdin' | 'stdout'>,
  handlers: AcpStreamHandlers,
): acp.Stream {
  const messages = readMessages(child.stdout, handlers);
  return {
    readable: new ReadableStream<acp.AnyMessage>(
      {
        async pull(controller) {
          const { value, done } = await messages.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await messages.return(undefined);
        },
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream<acp.AnyMessage>({
      async write(message) {
        await new Promise<void>((resolve, reject) => {
          child.stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
        });
      },
    }),
  };
}

async function* readMessages(
  stdout: AsyncIterable<Buffer>,
  { onNotification, onStray }: AcpStreamHandlers,
): AsyncGenerator<acp.AnyMessage, undefined> {
  for await (const line of readLines(stdout)) {
    const text = line.trim();
    if (text === '') continue;
    const message = parseMessage(text);
    if (!message) onStray(text);
    else if ('method' in message && !('id' in message)) await onNotification(message.method, message.params);
    else yield message;
  }
  return undefined;
}

async function* readLines(stdout: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdout) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MESSAGE_SIZE) throw new LineTooLong(MESSAGE_SIZE);
  }
  if (size > 0) yield Buffer.concat(parts).toString('utf8');
}

function parseMessage(text: string): acp.AnyMessage | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it has the outline of JSON-RPC; the SDK checks the rest and answers what is wrong. */
function isMessage(value: unknown): value is acp.AnyMessage {
  if (typeof value !== 'object' || value === null) return false;
  if ('method' in value) return typeof value.method === 'string';
  return 'id' in value && ('result' in value || 'error' in value);
}
