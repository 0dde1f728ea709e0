import type { Command } from 'commander';
import * as z from 'zod';
import { AgentMemory, type NoteFilter } from '../../app.ts';
import { collect, pointInTime, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { paragraph, whole } from '../line.ts';
import { textOrStdin } from '../read-input.ts';
import { Refusal } from '../refusal.ts';
import { NOTE, selectNote } from '../select-note.ts';
import { noteList, versionList } from '../views/note-list.ts';
import { addSettle } from './memory-settle.ts';

const originSchema = z.object({ agent: z.string().optional(), task: z.string().optional() });

const withOrigin = (command: Command): Command =>
  command
    .option('--agent <agent>', 'who does it, on your behalf (default: you)')
    .option('--task <id>', 'the task during which it is done');

const filterSchema = z
  .object({
    domain: z.string().optional(),
    tag: z.string().optional(),
    agent: z.string().optional(),
    since: z.number().optional(),
    deleted: z.boolean().optional(),
  })
  .transform(({ since, ...filter }): NoteFilter => ({
    ...filter,
    since: since === undefined ? undefined : new Date(since).toISOString(),
  }));

const withFilter = (command: Command): Command =>
  command
    .option('--domain <domain>', 'only of this domain')
    .option('--tag <tag>', 'only with this tag')
    .option('--agent <agent>', 'only those that it wrote, or changed last')
    .option('--since <time>', 'only those changed since then: 30m, 1h, 2d or a date', pointInTime);

function addWrite(memory: Command, { terminal, withApp }: Door): void {
  const command = withOrigin(
    memory
      .command('write')
      .description('write a note, or change the one with that name')
      .argument('<name>', 'domain/name, or a domain for a note whose name follows from its title')
      .argument('[text]', 'the Markdown, with or without front matter; - reads it from stdin', '-')
      .option('--title <title>', 'its title (default: the first heading, or its name)')
      .option('--tag <tag>', 'a tag; may be repeated', collect),
  ).action((name: string, text: string, options: unknown) =>
    withApp(
      async (app) => {
        const { title, tag: tags } = z
          .object({ title: z.string().optional(), tag: z.array(z.string()).optional() })
          .parse(options);
        const { agent, task } = originSchema.parse(options);
        const store = new AgentMemory(await app.memory(), app.author(agent, task));
        const given = `${(await textOrStdin(text)).trimEnd()}\n`;
        // Without front matter it says nothing of title and tags: they stay.
        const markdown = given.startsWith('---') ? { text: given } : { body: given };
        const { note, outcome } = await store.write(name, { ...markdown, title, tags });
        await terminal.result({ note, outcome }, () => [
          whole(
            outcome === 'conflicted'
              ? `${note.domain}/${note.slug} was changed at the same time: both versions are kept.`
              : `${note.domain}/${note.slug} is written.`,
          ),
        ]);
      },
      { create: true },
    ),
  );
  withExamples(
    command,
    'lineclear memory write api/limits "Max 10 requests a second." --tag http',
    'generate-report | lineclear memory write reports - --title "Weekly report" --agent reporter',
  );
}

function addGet(memory: Command, { terminal, withApp }: Door): void {
  const command = memory
    .command('get')
    .description('show a note')
    .argument('<note>', NOTE)
    .option('--at <version>', 'as it was: see history')
    .action((part: string, options: unknown) =>
      withApp(async (app) => {
        const { at: version } = z.object({ at: z.string().optional() }).parse(options);
        const store = await app.memory();
        const { note_id } = await selectNote(store, part);
        if (version === undefined) {
          const note = await store.get(note_id);
          await terminal.result(note, () => paragraph(note.text));
          return;
        }
        const old = (await store.versions(note_id)).find(({ event_id }) => event_id.includes(version));
        if (!old)
          throw new Refusal(
            'note_not_found',
            `It has no version '${version}'.`,
            `See them: lineclear memory history ${part}`,
            'at',
          );
        const text = await store.text(old);
        await terminal.result({ ...old, text }, () => paragraph(text));
      }),
    );
  withExamples(
    command,
    'lineclear memory get api/limits',
    'lineclear memory get api/limits --json | jq -r .body',
  );
}

function addSearch(memory: Command, { terminal, withApp }: Door): void {
  const command = withFilter(
    memory
      .command('search')
      .description('find notes with all these words, or beginnings of words')
      .argument('<words...>', 'what to look for'),
  ).action((words: string[], options: unknown) =>
    withApp(async (app) => {
      const notes = await (await app.memory()).search(words.join(' '), filterSchema.parse(options));
      await terminal.result(notes, () => noteList(notes, { now: Date.now() }));
    }),
  );
  withExamples(command, 'lineclear memory search rate limit', 'lineclear memory search timeout --domain api');
}

function addList(memory: Command, { terminal, withApp }: Door): void {
  withFilter(memory.command('list').description('list the notes, the newest first'))
    .option('--deleted', 'those that were deleted')
    .action((options: unknown) =>
      withApp(async (app) => {
        const notes = await (await app.memory()).list(filterSchema.parse(options));
        await terminal.result(notes, () => noteList(notes, { now: Date.now() }));
      }),
    );
}

function addHistory(memory: Command, { terminal, withApp }: Door): void {
  memory
    .command('history')
    .description('list the versions of a note, the oldest first')
    .argument('<note>', NOTE)
    .action((part: string) =>
      withApp(async (app) => {
        const store = await app.memory();
        const note = await selectNote(store, part);
        const versions = await store.versions(note.note_id);
        const current = note.deleted === undefined ? note.event_id : '';
        await terminal.result(versions, () => versionList(versions, current, { now: Date.now() }));
      }),
    );
}

function addRestore(memory: Command, { terminal, withApp }: Door): void {
  const command = withOrigin(
    memory
      .command('restore')
      .description('bring back a deleted note, or an earlier version')
      .argument('<note>', NOTE)
      .argument('[version]', 'its id: see history (default: as it was before it was deleted)'),
  ).action((part: string, version: string | undefined, options: unknown) =>
    withApp(async (app) => {
      const { agent, task } = originSchema.parse(options);
      const store = await app.memory();
      const { note_id } = await selectNote(store, part);
      const { note } = await store.restore(note_id, version, app.author(agent, task));
      await terminal.result(note, () => [whole(`${note.domain}/${note.slug} is restored.`)]);
    }),
  );
  withExamples(command, 'lineclear memory restore api/limits');
}

function addRemove(memory: Command, { terminal, withApp }: Door): void {
  withOrigin(
    memory.command('rm').description('delete a note; restore brings it back').argument('<note>', NOTE),
  ).action((part: string, options: unknown) =>
    withApp(async (app) => {
      const { agent, task } = originSchema.parse(options);
      const store = await app.memory();
      const note = await selectNote(store, part);
      await store.delete(note.note_id, app.author(agent, task));
      await terminal.result(note, () => [
        whole(`Deleted. Bring it back: lineclear memory restore ${note.domain}/${note.slug}`),
      ]);
    }),
  );
}

export function addMemory(program: Command, door: Door): void {
  const memory = program.command('memory').description('notes that all agents share');
  for (const add of [addWrite, addGet, addSearch, addList, addHistory, addRestore, addRemove, addSettle])
    add(memory, door);
  withExamples(
    memory,
    'lineclear memory list --domain api',
    'lineclear memory write api/limits "Max 10 requests a second."',
    'lineclear memory search limits',
  );
}
