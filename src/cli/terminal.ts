import { type Line, type Screen, renderLines, whole } from './line.ts';
import { printableJson } from './printable.ts';

/** The reader of the output is gone, as in `lineclear export | head -1`: nothing is left to do, and nothing is wrong. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** Where a command writes to. All that writes throws {@link OutputClosed} when nobody reads any more. */
export interface Terminal {
  /** Machine output was asked for. */
  readonly json: boolean;
  /** The result of a command: one JSON document, or lines for a person. */
  result(document: unknown, lines: () => readonly Line[]): Promise<void>;
  /** One item of an unending result: a line of JSON, or lines for a person. */
  entry(document: unknown, lines: () => readonly Line[]): Promise<void>;
  /** Lines that are JSON already. */
  jsonLines(lines: readonly string[]): Promise<void>;
  /** Something that a person should know besides the result, on stderr. Not part of machine output. */
  hint(text: string): Promise<void>;
  /** What is wrong, on stderr, so that stdout holds results only. */
  error(document: unknown, lines: readonly Line[]): Promise<void>;
}

const isClosed = (error: Error): boolean =>
  'code' in error && (error.code === 'EPIPE' || error.code === 'EOF');

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(isClosed(error) ? new OutputClosed('the output was closed', { cause: error }) : error);
    });
  });
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  const { NO_COLOR, TERM } = process.env;
  const color = stream.isTTY && TERM !== 'dumb' && !NO_COLOR;
  return { columns: (stream.isTTY && stream.columns) || Infinity, color };
}

const writeLines = (stream: NodeJS.WriteStream, lines: readonly Line[]): Promise<void> =>
  write(stream, renderLines(lines, screenOf(stream)));

const writeJson = (stream: NodeJS.WriteStream, value: unknown, indent?: number): Promise<void> =>
  write(stream, `${printableJson(JSON.stringify(value, undefined, indent))}\n`);

/** Each write reports its own error; without a listener the process would end before it could. */
const leaveToWrite = (): void => undefined;

/** The terminal of this process. */
export function createTerminal(json: boolean): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.off('error', leaveToWrite).on('error', leaveToWrite);
  }
  return {
    json,
    result: (value, lines) => (json ? writeJson(stdout, value, 2) : writeLines(stdout, lines())),
    entry: (value, lines) => (json ? writeJson(stdout, value) : writeLines(stdout, lines())),
    jsonLines: (lines) => write(stdout, lines.map((line) => `${printableJson(line)}\n`).join('')),
    async hint(text) {
      if (!json) await writeLines(stderr, [whole(text)]);
    },
    error: (value, lines) => (json ? writeJson(stderr, value) : writeLines(stderr, lines)),
  };
}
