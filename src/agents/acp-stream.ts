import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type * as acp from '@agentclientprotocol/sdk';
import { readLines } from './lines.ts';

interface AcpStreamHandlers {
  /** Every notification of the agent, in order and before anything that it sent later. The next message waits for it. */
  readonly onNotification: (method: string, params: unknown) => Promise<void>;
  /** A line that is not a message of the protocol. */
  readonly onStray: (line: string) => void;
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
