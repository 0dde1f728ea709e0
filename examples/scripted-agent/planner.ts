import { filesIn } from './file-names.ts';
import type { Comments } from './prompt.ts';
import { surveyWorkspace } from './survey.ts';
import type { Survey } from './survey.ts';
import type { Turn } from './turn.ts';
import { headingsOf } from './markdown.ts';

interface PlannedChunk {
  readonly title: string;
  readonly files: readonly string[];
  readonly description: string;
  /** Words of a task that ask for this chunk. */
  readonly wanted: RegExp;
}

const DROP = /\b(?:without|drop|skip|remove|leave|not|no|don't|except)\b/i;

/** Plans the upkeep of a workspace's documentation from what is really in it. */
export async function plan(turn: Turn): Promise<void> {
  const { prompt, cwd } = turn;
  await turn.think('Looking at the files of the workspace.');
  const survey = surveyWorkspace(cwd);
  const readme = survey.readme === undefined ? undefined : await turn.read(survey.readme);
  const choice = chooseChunks(survey, readme, prompt.task);
  const chunks = takeUp(choice, prompt.comments, survey);
  await turn.showPlan(
    chunks.map(({ title }) => title),
    0,
  );
  await turn.say(describePlan(turn, survey, readme, chunks));
  if (turn.prompt.directives.has('never-plan')) return;
  if (turn.prompt.directives.has('no-plan') && turn.number === 1) return;
  const block = {
    chunks: chunks.map(({ title, files, description }) => ({ title, files, description })),
    estimated_cost: estimateCost(survey, chunks),
  };
  await turn.say(`\n\n\`\`\`json\n${JSON.stringify(block, null, 2)}\n\`\`\`\n`);
}

function chooseChunks(survey: Survey, readme: string | undefined, task: string): PlannedChunk[] {
  const named = filesIn(task)
    .filter((file) => file !== survey.readme)
    .map((file) => chunkFor(file, survey, task));
  const known = knownChunks(survey, readme);
  const asked = known.filter(({ wanted }) => wanted.test(task));
  if (named.length + asked.length > 0) return [...asked, ...named];
  return known;
}

/** What documentation needs in general, as far as this workspace does not have it. */
function knownChunks({ readme: file = 'README.md', scripts, sources }: Survey, readme = ''): PlannedChunk[] {
  const headings = headingsOf(readme).filter(({ level }) => level === 2);
  const chunks: PlannedChunk[] = [
    {
      title: `Usage section in ${file}`,
      files: [file],
      description:
        scripts.length > 0
          ? `List the ${scripts.length} scripts of package.json with what they run.`
          : 'Say where to begin, from the source files that are there.',
      wanted: /\busage\b|how to/i,
    },
    {
      title: `Table of contents in ${file}`,
      files: [file],
      description: `Link to the headings of ${file} (${headings.length} now), below its introduction.`,
      wanted: /\bcontents\b|\btoc\b/i,
    },
  ];
  if (sources.length > 0) {
    chunks.push({
      title: 'Overview of the source files',
      files: ['docs/overview.md'],
      description: `One line for each of the ${sources.length} source files, from its first comment or its exports.`,
      wanted: /\boverview\b|architecture|source files/i,
    });
  }
  return chunks;
}

function chunkFor(file: string, survey: Survey, words: string): PlannedChunk {
  const exists = survey.files.includes(file);
  const description = words.replaceAll(/\s+/g, ' ').trim();
  return { title: `${exists ? 'Update' : 'Create'} ${file}`, files: [file], description, wanted: /(?!)/ };
}

/** Changes the choice as the comments say: drops files, adds files, and gives the rest to the chunks as words. */
function takeUp(
  chunks: readonly PlannedChunk[],
  revisions: readonly Comments[],
  survey: Survey,
): PlannedChunk[] {
  let current = [...chunks];
  for (const comment of revisions.flatMap(({ comments }) => comments)) {
    const files = filesIn(comment);
    const onChunk = /^On chunk (\d+) \(([^)]*)\): ([\s\S]*)$/.exec(comment);
    const rest = current.filter((chunk) => !chunk.files.some((file) => files.includes(file)));
    if (files.length > 0 && DROP.test(comment) && rest.length > 0) {
      current = rest;
    } else if (onChunk) {
      const [, number, , words = ''] = onChunk;
      current = current.map((chunk, index) =>
        index + 1 === Number(number) ? withWords(chunk, words) : chunk,
      );
    } else {
      const known = new Set(current.flatMap((chunk) => chunk.files));
      const added = files.filter((file) => !known.has(file)).map((file) => chunkFor(file, survey, comment));
      current = [
        ...(added.length > 0 ? current : current.map((chunk) => withWords(chunk, comment))),
        ...added,
      ];
    }
  }
  return current;
}

const withWords = (chunk: PlannedChunk, words: string): PlannedChunk => ({
  ...chunk,
  description: `${chunk.description} Taken up: ${words.replaceAll(/\s+/g, ' ').trim()}`,
});

function describePlan(
  { prompt }: Turn,
  survey: Survey,
  readme: string | undefined,
  chunks: readonly PlannedChunk[],
): string {
  const found =
    readme === undefined
      ? 'There is no README.md yet.'
      : `${survey.readme ?? ''} has ${headingsOf(readme).length} headings.`;
  const steps = chunks.map(
    ({ title, files, description }, index) =>
      `${index + 1}. **${title}** (${files.map((file) => `\`${file}\``).join(', ')})\n   ${description}`,
  );
  const parts = [
    `# ${prompt.task.split('\n')[0] ?? 'Plan'}`,
    `The workspace “${survey.name}” has ${survey.files.length} files, ${survey.sources.length} of them sources. ${found}`,
    ...prompt.comments.map(
      ({ revision, comments }) =>
        `### Changed after revision ${revision}\n\n${comments.map((comment) => `> ${comment.replaceAll('\n', '\n> ')}`).join('\n>\n')}`,
    ),
    ...(prompt.answers.length > 0
      ? [`### Decided\n\n${prompt.answers.map((answer) => `- ${answer}`).join('\n')}`]
      : []),
    ...(prompt.contexts.length > 0
      ? [`### To keep in mind\n\n${prompt.contexts.map((item) => `- ${item}`).join('\n')}`]
      : []),
    `### Steps\n\n${steps.join('\n')}`,
  ];
  return parts.join('\n\n');
}

/** US dollars: a little per chunk, and reading the sources once. */
function estimateCost({ files, sources }: Survey, chunks: readonly PlannedChunk[]): number {
  return Math.round((0.01 * chunks.length + 0.0005 * sources.length + 0.0001 * files.length) * 1e4) / 1e4;
}
