import { describe, expect, test } from 'vitest';
import { addAgent, addRule, setTable } from '../src/config-edit.ts';
import { CONFIG_TEMPLATE } from '../src/config-template.ts';

const gemini = {
  name: 'gemini',
  command: ['gemini', '--acp'],
  env: {},
  roles: ['planner', 'coder'],
} as const;

describe('adding an agent to a configuration', () => {
  test('an empty one', () => {
    expect(addAgent('', { ...gemini, env: { A: 'x "y"' } })).toBe(
      '\n[roles]\nplanner = "gemini"\ncoder = "gemini"\n\n[agents.gemini]\ncommand = [ "gemini", "--acp" ]\nenv = { A = "x \\"y\\"" }\n',
    );
  });

  test('the template keeps all of its comments', () => {
    const edited = addAgent(CONFIG_TEMPLATE, gemini);
    expect(edited.startsWith(CONFIG_TEMPLATE.trimEnd())).toBe(true);
  });

  test('comments, order and other keys stay as they are', () => {
    const text = [
      '# Ours',
      'user = "anna" # me',
      '[roles] # who',
      'coder = "opencode" # the fast one',
      "reviewer = 'codex'",
      '',
      '[agents.gemini]',
      '# tuned',
      'command = ["gemini", "--old"] # was so',
      '[agents.gemini.env]',
      'KEY = "1"',
      '[log]',
      'tenant = "t"',
      '',
    ].join('\r\n');
    expect(addAgent(text, gemini).split('\r\n')).toEqual([
      '# Ours',
      'user = "anna" # me',
      '[roles] # who',
      'planner = "gemini"',
      'coder = "gemini" # the fast one',
      "reviewer = 'codex'",
      '',
      '[agents.gemini]',
      '# tuned',
      'command = [ "gemini", "--acp" ] # was so',
      '[agents.gemini.env]',
      'KEY = "1"',
      '[log]',
      'tenant = "t"',
      '',
    ]);
  });

  test('twice is once', () => {
    const once = addAgent(CONFIG_TEMPLATE, gemini);
    expect(addAgent(once, gemini)).toBe(once);
  });

  test.for([
    ['roles = { planner = "a" }\n'],
    ['[agents]\ngemini = { command = ["g"] }\n'],
    ['[agents.gemini]\ncommand = [\n  "gemini",\n]\n'],
    ['this is no TOML'],
  ])('what cannot be changed safely is refused: %s', ([text = '']) => {
    expect(() => addAgent(text, gemini)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
  });
});

const rule = { name: 'tests', action: 'allow', commands: ['npm test', 'say "x"'] };

describe('adding a rule to a configuration', () => {
  test('puts it behind everything else, which stays as it is', () => {
    const text = '# Ours\r\n[[rules]]\r\nname = "a" # first\r\n[log]\r\ntenant = "t"';
    expect(addRule(text, rule).split('\r\n')).toEqual([
      ...text.split('\r\n'),
      '',
      '[[rules]]',
      'name = "tests"',
      'action = "allow"',
      String.raw`commands = [ "npm test", "say \"x\"" ]`,
      '',
    ]);
    expect(addRule(CONFIG_TEMPLATE, rule).startsWith(CONFIG_TEMPLATE.trimEnd())).toBe(true);
  });

  test.for(['rules = [{ name = "a" }]\n', 'rules = "none"', 'this is no TOML'])(
    'is refused where that cannot be done: %s',
    (text) => {
      expect(() => addRule(text, rule)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
    },
  );
});

describe('setting keys of a table', () => {
  test('keeps all else, and changes the value in its line', () => {
    const on = setTable('a = 1 # x\r\n[instructions]\r\nenabled = false # off\r\n', 'instructions', {
      enabled: true,
    });
    expect(on).toBe('a = 1 # x\r\n[instructions]\r\nenabled = true # off\r\n');
    expect(setTable(CONFIG_TEMPLATE, 'instructions', { enabled: true })).toBe(
      `${CONFIG_TEMPLATE}\n[instructions]\nenabled = true\n`,
    );
    expect(() => setTable('instructions = { enabled = false }', 'instructions', { enabled: true })).toThrow(
      expect.objectContaining({ code: 'invalid_config' }),
    );
  });
});
