import { checkMarkdown } from './markdown.ts';
import type { Turn } from './turn.ts';

/** Reads back every file that the work was about and says what is wrong with it. */
export async function review(turn: Turn): Promise<void> {
  const { files } = turn.prompt;
  const findings: string[] = [];
  for (const [index, file] of files.entries()) {
    await turn.showPlan(
      files.map((name) => `Check ${name}`),
      index,
    );
    const text = await turn.read(file);
    findings.push(...checkFile(file, text));
  }
  await turn.say(`Read ${files.length} files back: ${files.join(', ') || 'none'}.`);
  const verdict = { verdict: findings.length === 0 ? 'approved' : 'changes', findings };
  await turn.say(`\n\n\`\`\`json\n${JSON.stringify(verdict, null, 2)}\n\`\`\`\n`);
}

function checkFile(file: string, text: string | undefined): string[] {
  if (text === undefined) return [`${file} is not there`];
  if (text.trim() === '') return [`${file} is empty`];
  return /\.md$/i.test(file) ? checkMarkdown(text).map((problem) => `${file}: ${problem}`) : [];
}
