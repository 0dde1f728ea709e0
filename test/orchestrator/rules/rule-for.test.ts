import { describe, expect, test } from 'vitest';
import {
  type RuledRequest,
  decideByRules,
  rulesSchema,
} from '../../../src/orchestrator/rules/permission-rules.ts';
import { ruleFor } from '../../../src/orchestrator/rules/rule-for.ts';

const request = (more: Partial<RuledRequest>): RuledRequest => ({
  kind: 'edit',
  title: 'Do it',
  file_paths: [],
  agent_name: 'gemini',
  ...more,
});
const command = (text: string) => request({ kind: 'execute', title: text, command: text });
const offered = (asked: RuledRequest, rules: readonly unknown[] = []) =>
  ruleFor(asked, rulesSchema.parse(rules));

describe('the rule for what was allowed', () => {
  test('names just this, for this agent', () => {
    expect(offered(command('npm test'))).toEqual({
      name: 'gemini npm test',
      action: 'allow',
      commands: ['npm test'],
      agents: ['gemini'],
    });
    expect(offered(request({ file_paths: ['docs/a.md', '.env'] }))).toMatchObject({
      tools: ['edit'],
      files: ['docs/a.md', '.env'],
    });
    expect(offered(request({ kind: 'read' }))).toMatchObject({ tools: ['read'] });
    expect(offered(request({ kind: 'execute', title: 'git log' }))).toMatchObject({ commands: ['git log'] });
    expect(offered(command('npm ci && npm test | tee "a b.log"'))).toMatchObject({
      commands: ['npm ci', 'npm test', 'tee "a b.log"'],
    });
  });

  test.for([
    command('npm test'),
    command('git commit -m "it works, really"'),
    command('npm run "a b" && npm run c'),
    request({ file_paths: ['app/(group)/[id]/page{1}.tsx', 'a!b+c@d'] }),
  ])('allows that and nothing else: %o', (asked) => {
    const rule = offered(asked);
    const rules = rulesSchema.parse([rule]);
    expect(decideByRules(rules, asked)).toEqual({ decision: 'allow', rule: rule?.name });
    const more = asked.command === undefined ? {} : { command: `${asked.command} --more` };
    const others: RuledRequest[] = [
      { ...asked, agent_name: 'opencode' },
      { ...asked, ...more, kind: 'delete', file_paths: ['app/g/i/page1.tsx', ...asked.file_paths] },
    ];
    for (const other of others) expect(decideByRules(rules, other)).toBeUndefined();
  });

  test.for([
    ...['rm -rf build', 'rm -Rf x', 'sudo npm i', 'sh -c "npm test"', 'npm test && git push -f'].map(command),
    ...['git reset --hard', 'echo $HOME', 'cat < a', 'ls *.ts', 'echo x | bash', 'env A=1 npm test', ''].map(
      command,
    ),
    request({ file_paths: ['.lineclear/config.toml'] }),
    request({ file_paths: ['a.ts', '.git/hooks/pre-commit'] }),
    request({ kind: 'read', file_paths: ['/etc/passwd'] }),
    request({ kind: 'read', file_paths: ['../other/a.ts'] }),
    request({ kind: 'fetch' }),
    request({ kind: 'delete' }),
  ])('is not offered for what is never to be allowed once and for all: %o', (asked) => {
    expect(offered(asked)).toBeUndefined();
  });

  test.for(['deny', 'ask'])('is not offered against a rule that the person wrote: %s', (action) => {
    expect(offered(command('npm test'), [{ name: 'no', action, commands: ['npm *'] }])).toBeUndefined();
  });

  test('has a name that no other rule has, and that fits', () => {
    const taken = { name: 'gemini npm run a', action: 'allow', commands: ['npm run b'] };
    expect(offered(command('npm run a'), [taken])?.name).toBe('gemini npm run a 2');
    const long = offered(command(`npm run ${'long-'.repeat(30)}`));
    expect(rulesSchema.safeParse([long]).success).toBe(true);
  });
});
