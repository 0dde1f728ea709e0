import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { whole } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { ANY, recallTask } from '../select-task.ts';
import { knownTruncation } from '../truncation.ts';
import { inBatches } from '../in-batches.ts';

const optionsSchema = z.object({ task: z.string().optional(), force: z.boolean().default(false) });

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

/** Writes beside the file and renames, so that there is never half an export under its name. */
async function writeAtomically(file: string, lines: AsyncIterable<string>): Promise<number> {
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.partial`);
  let count = 0;
  try {
    const handle = await fs.open(partial, 'wx');
    try {
      for await (const batch of inBatches(lines)) {
        count += batch.length;
        await handle.appendFile(batch.map((line) => `${line}\n`).join(''));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(partial, file);
  } catch (error) {
    await fs.rm(partial, { force: true });
    throw error;
  }
  return count;
}

export function addExport(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('export')
    .description('write the events as JSON lines')
    .argument('[file]', 'where to (default: stdout)')
    .option('--task <task>', `only this task: ${TASK}`)
    .option('--force', 'overwrite the file')
    .action((file: string | undefined, options: unknown) =>
      withApp(async (app) => {
        const { task, force } = optionsSchema.parse(options);
        const taskId = task === undefined ? undefined : (await recallTask(app, task, ANY)).task_id;
        const truncatedAt = taskId === undefined ? await knownTruncation(app, terminal) : 0;
        const lines = app.exportLines({ taskId, truncatedAt });
        if (file === undefined || file === '-') {
          for await (const batch of inBatches(lines)) await terminal.jsonLines(batch);
          return;
        }
        if (!force && (await exists(file))) {
          throw new Refusal(
            'invalid_input',
            `'${file}' exists already.`,
            'Name another file, or overwrite it with --force.',
            'file',
          );
        }
        const events = await writeAtomically(path.resolve(file), lines);
        await terminal.result({ file: path.resolve(file), events }, () => [
          whole(`Exported ${events} ${events === 1 ? 'event' : 'events'} to ${file}`),
        ]);
      }),
    );
  withExamples(
    command,
    'lineclear export backup.jsonl',
    'lineclear export --task fix-login > fix-login.jsonl',
    `lineclear export | jq -r .type | sort | uniq -c`,
  );
}
