import type { Command } from 'commander';
import type { App, InstructionFile, InstructionFiles } from '../../app.ts';
import { reasonWords } from '../../state/file-reason.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { type Line, whole } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { instructionList } from '../views/instruction-list.ts';
import { patchLines } from '../views/patch.ts';

const FILE = 'path of the file in the workspace';

const isOnLine = ({ isOn, domain }: InstructionFiles): Line =>
  whole(
    isOn
      ? `On: the notes of ${domain} are the same in these files.`
      : 'Off. Switch it on: lineclear instructions on',
  );

/** The files as they were shown, for a program. */
const document = ({ isOn, domain }: InstructionFiles, files: readonly InstructionFile[]) => ({
  is_on: isOn,
  domain,
  files: files.map(({ path, state }) => ({
    path,
    ...state,
    ...(state.kind === 'problem' && { message: reasonWords(state.reason) }),
  })),
});

function checkOn({ instructions }: App): void {
  if (instructions.isOn) return;
  throw new Refusal(
    'not_waiting',
    'Instruction files are not kept here.',
    'See what would change, then switch it on: lineclear instructions diff, lineclear instructions on',
  );
}

function addStatus(command: Command, { terminal, withApp }: Door): void {
  command
    .command('status', { isDefault: true })
    .description('show how it stands with each file')
    .action(() =>
      withApp(async ({ instructions }) => {
        const files = await instructions.look();
        await terminal.result(document(instructions, files), () => [
          isOnLine(instructions),
          ...instructionList(files),
        ]);
      }),
    );
}

/** What the lines of a comparison are. */
const HEADINGS: Partial<Record<InstructionFile['state']['kind'], string>> = {
  due: 'would be written',
  edited: 'edited',
  removed: 'section removed; undo would write',
  deleted: 'file deleted; undo would write',
};

function addDiff(command: Command, { terminal, withApp }: Door): void {
  command
    .command('diff')
    .description('show what would be written, or what somebody made of the section')
    .argument('[file]', `${FILE} (default: all)`)
    .action((path: string | undefined) =>
      withApp(async ({ instructions }) => {
        const files = await instructions.look();
        const kindOf = (file: string) => files.find((one) => one.path === file)?.state.kind ?? 'due';
        const differing = files.filter(({ state }) => HEADINGS[state.kind] !== undefined);
        const found = [];
        for (const file of path === undefined ? differing.map((one) => one.path) : [path]) {
          const { patch, reverse } = await instructions.compare(file);
          const kind = kindOf(file);
          found.push({ path: file, kind, patch: kind === 'edited' ? reverse : patch });
        }
        const changed = found.filter(({ patch }) => patch !== '');
        await terminal.result(changed, () =>
          changed.length === 0
            ? [whole('Nothing differs.')]
            : changed.flatMap(({ path: file, kind, patch }) => [
                whole({ text: `${file}: ${HEADINGS[kind] ?? 'would be written'}`, style: 'bold' }),
                ...patchLines(patch),
              ]),
        );
      }),
    );
}

function addSwitch(command: Command, { terminal, withApp }: Door): void {
  command
    .command('on')
    .description('keep the section the same from now on; diff shows before what that changes')
    .action(() =>
      withApp(
        async ({ instructions }) => {
          instructions.switch(true);
          const files = await instructions.sync();
          await terminal.result({ ...document(instructions, files), is_on: true }, () => [
            whole(`The notes of ${instructions.domain} are kept the same in these files, while a window or`),
            whole('"lineclear serve" is open:'),
            ...instructionList(files),
          ]);
        },
        { create: true },
      ),
    );
  command
    .command('off')
    .description('leave the files as they are from now on')
    .action(() =>
      withApp(async ({ instructions }) => {
        instructions.switch(false);
        await terminal.result({ is_on: false }, () => [
          whole('The files are left as they are; the section in them is yours now.'),
        ]);
      }),
    );
  command
    .command('sync')
    .description('bring the files up to date now; those that wait for you are left alone')
    .action(() =>
      withApp(async (app) => {
        checkOn(app);
        const files = await app.instructions.sync();
        await terminal.result(document(app.instructions, files), () => instructionList(files));
      }),
    );
}

const CHANGES = {
  written: 'new',
  changed: 'changed',
  deleted: 'deleted',
  conflicted: 'in two versions (lineclear memory settle)',
} as const;

function addDecisions(command: Command, { terminal, withApp }: Door): void {
  command
    .command('take-over')
    .description(
      'make what somebody wrote in the section of a file the notes; leave out a section that is gone',
    )
    .argument('<file>', FILE)
    .action((path: string) =>
      withApp(async (app) => {
        checkOn(app);
        const changes = await app.instructions.takeOver(path);
        await app.instructions.sync();
        await terminal.result({ path, changes }, () => [
          whole(changes.length === 0 ? `${path} stays as it is.` : `${path} is taken over:`),
          ...changes.map(({ change, title }) => whole(`  ${CHANGES[change]}  ${title}`)),
        ]);
      }),
    );
  command
    .command('undo')
    .description('give a file the section as the notes say, also one that is gone')
    .argument('<file>', FILE)
    .action((path: string) =>
      withApp(async (app) => {
        checkOn(app);
        await app.instructions.undo(path);
        await terminal.result({ path }, () => [whole(`${path} has the section as the notes say.`)]);
      }),
    );
}

export function addInstructions(program: Command, door: Door): void {
  const command = program
    .command('instructions')
    .description('keep one section of CLAUDE.md, AGENTS.md and the like the same, from notes');
  for (const add of [addStatus, addDiff, addSwitch, addDecisions]) add(command, door);
  withExamples(
    command,
    'lineclear memory write instructions/tests "Run npm test before you say that it works."',
    'lineclear instructions diff',
    'lineclear instructions on',
    'lineclear instructions take-over CLAUDE.md',
  );
}
