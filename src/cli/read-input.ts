import fs from 'node:fs';

/** Lines of a text, without their ends. U+2028 may stand in JSON, so only line feeds end a line. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The text of a file, or of stdin for `-`. Throws the errors of the file system. */
export async function* readChunks(file: string): AsyncGenerator<string, void, void> {
  const stream = file === '-' ? process.stdin : fs.createReadStream(file);
  stream.setEncoding('utf8');
  for await (const chunk of stream) yield String(chunk);
}

/** A text of the command line; `-` stands for the text on stdin. */
export async function textOrStdin(text: string): Promise<string> {
  if (text !== '-') return text;
  let whole = '';
  for await (const chunk of readChunks('-')) whole += chunk;
  return whole.trimEnd();
}
