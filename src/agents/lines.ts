/** Bytes of one line; an agent that sends more is cut off. */
const LINE_SIZE = 32 * 1024 * 1024;

export class LineTooLong extends Error {
  constructor(bytes: number) {
    super(`It sent a line of more than ${bytes / 1024 ** 2} MiB.`);
    this.name = 'LineTooLong';
  }
}

/** The lines of an output, without their ends. Throws `LineTooLong`. */
export async function* readLines(stdout: AsyncIterable<Buffer>): AsyncGenerator<string> {
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
    if (size > LINE_SIZE) throw new LineTooLong(LINE_SIZE);
  }
  if (size > 0) yield Buffer.concat(parts).toString('utf8');
}
