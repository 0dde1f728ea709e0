import fs from 'node:fs';
import path from 'node:path';
import { filesIn } from './file-names.ts';
import { headingsOf, repairMarkdown, withContents, withSection } from './markdown.ts';
import type { Chunk } from './prompt.ts';
import { describeSource, exportsOf, surveyWorkspace } from './survey.ts';
import type { Survey } from './survey.ts';
import type { Turn } from './turn.ts';

interface Edit {
  readonly chunk: Chunk;
  readonly file: string;
  /** Undefined when the file is not there yet. */
  readonly before: string | undefined;
  readonly survey: Survey;
  readonly cwd: string;
}

/** Ways to edit a file; the first that fits is taken. */
const editors: readonly {
  readonly fits: (edit: Edit) => boolean;
  readonly apply: (edit: Edit) => string;
}[] = [
  {
    fits: ({ chunk, file, before }) => isRepair(chunk) && isMarkdown(file) && before !== undefined,
    apply: ({ before = '' }) => repairMarkdown(before),
  },
  {
    fits: ({ chunk, file }) => isMarkdown(file) && /contents|\btoc\b/i.test(chunk.title),
    apply: ({ before, survey }) => withContents(before ?? introduction(survey)),
  },
  {
    fits: ({ chunk, file }) => isMarkdown(file) && /usage/i.test(chunk.title),
    apply: writeUsage,
  },
  {
    fits: ({ chunk, file }) => isMarkdown(file) && /overview/i.test(`${chunk.title} ${file}`),
    apply: writeOverview,
  },
  {
    fits: ({ file, before }) => isMarkdown(file) && before === undefined,
    apply: ({ chunk, file, survey, cwd }) =>
      withContents(`# ${titleOf(file)}\n\n${chunk.description}\n\n## Files\n\n${listSources(survey, cwd)}\n`),
  },
  {
    fits: ({ file }) => isMarkdown(file),
    apply: ({ chunk, before = '' }) =>
      withSection(
        before,
        `## ${chunk.title.replace(/^(?:Update|Create)\s+/, 'About ')}`,
        chunk.description,
        'last',
      ),
  },
  {
    fits: ({ before }) => before === undefined,
    apply: ({ chunk, file }) => newFile(file, chunk.description),
  },
  { fits: () => true, apply: addHeader },
];

/** Carries out one chunk: reads each of its files, and writes what is missing. */
export async function code(turn: Turn): Promise<void> {
  const { prompt, cwd } = turn;
  const { chunk } = prompt;
  if (!chunk) {
    await turn.say('There is no chunk in this prompt, so there is nothing to do.');
    return;
  }
  const files = chunk.files.length > 0 ? chunk.files : filesIn(chunk.description);
  const steps = files.map((file) => `${chunk.title}: ${file}`);
  const done: string[] = [];
  for (const [index, file] of files.entries()) {
    await turn.showPlan(steps, index);
    const before = await turn.read(file);
    const edit = { chunk, file, before, survey: surveyWorkspace(cwd), cwd };
    const editor = editors.find(({ fits }) => fits(edit));
    const changed = editor ? await turn.write(file, editor.apply(edit)) : false;
    done.push(changed ? `${before === undefined ? 'created' : 'edited'} ${file}` : `${file} was up to date`);
  }
  await turn.showPlan(steps, files.length);
  await turn.say(`Chunk ${chunk.number}: ${done.join(', ') || 'it names no file, so nothing was done'}.`);
}

/** A chunk that a reviewer's findings made. */
const isRepair = ({ title }: Chunk) => title.startsWith('Review findings');

const isMarkdown = (file: string) => /\.md$/i.test(file);

const titleOf = (file: string): string => {
  const name = path.posix.basename(file).replace(/\.\w+$/, '');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll(/[-_]/g, ' ');
};

const introduction = ({ name, description }: Survey): string =>
  `# ${name}\n\n${description ?? 'What this is for is not written down yet.'}\n`;

function writeUsage({ before, survey, cwd }: Edit): string {
  const scripts = survey.scripts.map(([name, command]) => `- \`npm run ${name}\` runs \`${command}\``);
  const body =
    scripts.length > 0 ? scripts.join('\n') : `Begin with these files:\n\n${listSources(survey, cwd)}`;
  const text = withSection(before ?? introduction(survey), '## Usage', body, 'last');
  // A table of contents that is there must name the new section too.
  return headingsOf(text).some(({ title }) => title === 'Contents') ? withContents(text) : text;
}

function writeOverview({ file, survey, cwd }: Edit): string {
  return `# ${titleOf(file)} of ${survey.name}\n\n${listSources(survey, cwd)}\n`;
}

const listSources = ({ sources }: Survey, cwd: string): string =>
  sources.length === 0
    ? 'There are no source files.'
    : sources.map((source) => `- \`${source}\`: ${describeSource(cwd, source)}`).join('\n');

const COMMENT: Readonly<Record<string, string>> = {
  py: '#',
  rb: '#',
  sh: '#',
  yml: '#',
  yaml: '#',
  toml: '#',
};

const commentMark = (file: string): string => COMMENT[file.split('.').at(-1) ?? ''] ?? '//';

function newFile(file: string, description: string): string {
  if (file.endsWith('.json')) return `${JSON.stringify({ description }, null, 2)}\n`;
  if (file.endsWith('.txt')) return `${description}\n`;
  if (/\.(?:html|css)$/.test(file))
    return file.endsWith('.css') ? `/* ${description} */\n` : `<!-- ${description} -->\n`;
  return `${commentMark(file)} ${description.replaceAll('\n', ' ')}\n`;
}

/** A source file without a comment at its head gets one that says what it offers. */
function addHeader({ file, before = '', cwd }: Edit): string {
  if (!fs.existsSync(path.join(cwd, file)) || /\.(?:json|css|html|txt)$/.test(file)) return before;
  const mark = commentMark(file);
  const names = exportsOf(before);
  if (before.trimStart().startsWith(mark) || before.startsWith('/*') || names.length === 0) return before;
  const [first = '', ...rest] = before.split('\n');
  const header = `${mark} Has ${names.join(', ')}.`;
  return first.startsWith('#!') ? [first, header, ...rest].join('\n') : `${header}\n${before}`;
}
