import type { EventData } from '../contract/catalog.ts';
import { cutText, plainText, unfinishedEscape } from './plain-text.ts';

type Output = EventData<'agent.output'>;
type OutputStream = Output['stream'];

/** Characters in one report. */
const REPORT_SIZE = 4_096;
/** Characters that are reported of one turn; what goes beyond is only counted. */
const TURN_SIZE: Readonly<Record<OutputStream, number>> = {
  message: 262_144,
  thought: 65_536,
  stderr: 16_384,
};
/** Milliseconds after which gathered text is reported even if little of it came. */
const FLUSH_AFTER = 1_000;

/** Turns the trickle of an agent's output into few reports of bounded size. */
export interface OutputGatherer {
  add(stream: OutputStream, text: string): void;
  /** Reports what was gathered. */
  flush(): void;
  /** Reports what was gathered and how much was left out, and starts to count anew. */
  endTurn(): void;
}

interface Buffer {
  readonly stream: OutputStream;
  text: string;
  left: number;
  truncated: number;
}

export function gatherOutput(report: (output: Output) => void): OutputGatherer {
  const buffers = new Map<OutputStream, Buffer>();
  let timer: NodeJS.Timeout | undefined;

  const bufferOf = (stream: OutputStream): Buffer => {
    const found = buffers.get(stream) ?? { stream, text: '', left: TURN_SIZE[stream], truncated: 0 };
    buffers.set(stream, found);
    return found;
  };

  const send = ({ stream }: Buffer, raw: string, truncated = 0) => {
    const text = plainText(raw);
    if (text.trim() === '' && truncated === 0) return;
    report({ stream, text, ...(truncated > 0 ? { truncated } : {}) });
  };

  const take = (buffer: Buffer, length: number): string => {
    const taken = buffer.text.slice(0, length);
    buffer.text = buffer.text.slice(length);
    return taken;
  };

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const buffer of buffers.values()) send(buffer, take(buffer, unfinishedEscape(buffer.text)));
  };

  return {
    add(stream, text) {
      const buffer = bufferOf(stream);
      const kept = text.length <= buffer.left ? text : cutText(text, buffer.left);
      buffer.truncated += text.length - kept.length;
      buffer.left = kept.length === text.length ? buffer.left - kept.length : 0;
      buffer.text += kept;
      while (buffer.text.length >= REPORT_SIZE) {
        const size = cutText(buffer.text, REPORT_SIZE).length;
        send(buffer, take(buffer, Math.min(size, unfinishedEscape(buffer.text.slice(0, size)) || size)));
      }
      if (buffer.text !== '') timer ??= setTimeout(flush, FLUSH_AFTER);
    },
    flush,
    endTurn() {
      clearTimeout(timer);
      timer = undefined;
      for (const buffer of buffers.values()) send(buffer, buffer.text, buffer.truncated);
      buffers.clear();
    },
  };
}
