/** Characters per batch: a write for each line would cost more than the lines. */
const BATCH = 64 * 1024;

/** Lines in groups that are worth a write. */
export async function* inBatches(
  lines: AsyncIterable<string>,
): AsyncGenerator<readonly string[], void, void> {
  let batch: string[] = [];
  let size = 0;
  for await (const line of lines) {
    batch.push(line);
    size += line.length;
    if (size < BATCH) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
