import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_TEMPLATE } from '../src/config-template.ts';
import { loadConfig, logFileOf, workspaceConfigFile } from '../src/config.ts';
import { logOptionsOf } from '../src/log-config.ts';

let folder: string;
let root: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-config-'));
  root = path.join(folder, 'a "quoted" workspace');
  fs.mkdirSync(path.join(root, '.lineclear'), { recursive: true });
  env = { LINECLEAR_CONFIG_HOME: path.join(folder, 'home') };
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const writeWorkspace = (text: string) => fs.writeFileSync(workspaceConfigFile(root), text);
function writeUser(text: string) {
  fs.mkdirSync(path.join(folder, 'home'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'home', 'config.toml'), text);
}
const load = (overrides?: unknown, installedAgents = {}) =>
  loadConfig({ root, env, overrides, installedAgents });
const logFile = () => {
  const options = logOptionsOf(root, load().log);
  return 'file' in options ? options.file : undefined;
};
const planner = (overrides?: unknown) => load(overrides).orchestrator.roles.planner;

describe('the sources of the configuration', () => {
  test('each one wins over the one before it', () => {
    expect(planner()).toBeUndefined();
    writeUser('roles.planner = "user"');
    expect(planner()).toBe('user');
    writeWorkspace('[roles]\nplanner = "workspace"');
    expect(planner()).toBe('workspace');
    env['LINECLEAR_PLANNER'] = 'environment';
    expect(planner()).toBe('environment');
    expect(planner({ roles: { planner: 'settings' } })).toBe('settings');
  });

  test('a key that one source leaves out keeps the value of a weaker one', () => {
    writeUser('user = "anna"\n[roles]\ncoder = "mine"');
    writeWorkspace('[roles]\nplanner = "theirs"');
    expect(load()).toMatchObject({
      userId: 'anna',
      orchestrator: { roles: { planner: 'theirs', coder: 'mine' } },
    });
  });

  test('an installed agent takes the roles that nobody gave', () => {
    const installed = { gemini: { command: ['gemini', '--acp'] as const, env: {} } };
    expect(load({}, installed).orchestrator.roles).toEqual({
      planner: 'gemini',
      coder: 'gemini',
      reviewer: 'gemini',
    });
  });

  test('a configured agent comes before an installed one', () => {
    writeWorkspace('[agents.mine]\ncommand = ["my-agent"]');
    const installed = { gemini: { command: ['gemini', '--acp'] as const, env: {} } };
    expect(load({}, installed).orchestrator.roles.planner).toBe('mine');
  });

  test('the template with every comment sign taken away is a valid file', () => {
    writeWorkspace(CONFIG_TEMPLATE);
    expect(load().log.durability).toBe('process');
    writeWorkspace(CONFIG_TEMPLATE.replaceAll(/^# (?=\[|\w+ =)/gm, ''));
    expect(load().orchestrator.agents['mine']?.command).toEqual(['my-agent', '--acp']);
  });
});

const own = (logs: string) =>
  expect.stringMatching(new RegExp(`^${logs}/a "quoted" workspace-[0-9a-f]{12}/log\\.db$`));

describe('where the log is', () => {
  test('in the workspace, or in a folder of its own below the one that the person or the environment names', () => {
    expect([logFile(), logFileOf({ root, env })]).toEqual(
      Array(2).fill(path.join(root, '.lineclear', 'log.db')),
    );
    writeUser('[log]\nfolder = "~/logs"');
    expect(logFile()).toEqual(own(`${os.homedir()}/logs`));
    expect(logFileOf({ root, env })).toBe(logFile());
    env['LINECLEAR_LOG_FOLDER'] = '/elsewhere';
    expect(logFile()).toEqual(own('/elsewhere'));
    expect(logFileOf({ root, env })).toBe(logFile());
    expect(logFileOf({ root: path.join(folder, 'b', path.basename(root)), env })).not.toBe(logFile());
  });

  test('not where a workspace says, nor a path that depends on where one is', () => {
    writeWorkspace('[log]\nfolder = "/tmp"');
    expect(() => load()).toThrow(/config\.toml:2: log\.folder: belongs into your own config\.toml/);
    writeWorkspace('');
    writeUser('[log]\nfolder = "logs"');
    expect(() => load()).toThrow(/config\.toml:2: log\.folder: must be an absolute path/);
  });
});

describe('a bad configuration is named with file, line and key', () => {
  test.each([
    ['an unknown key', '[roles]\nplanner = "a"\npaster = "b"', ':3: roles.paster: is not a known key'],
    ['an unknown table', 'user = "a"\n\n[rolls]\n', ':3: rolls: is not a known key'],
    ['a wrong type', '[orchestrator]\nidle_exit = "soon"', ':2: orchestrator.idle_exit: '],
    ['a value that is not one of a list', '[log]\n\ndurability = "never"', ':3: log.durability: '],
    ['an empty command', '[agents.x]\ncommand = []', ':2: agents.x.command: must name a program'],
    ['broken TOML', 'user = "a"\nroles = [', ':2:'],
  ])('%s', (_, text, problem) => {
    writeWorkspace(text);
    expect(() => load()).toThrow(
      expect.objectContaining({
        code: 'invalid_config',
        message: expect.stringContaining(workspaceConfigFile(root) + problem),
      }),
    );
  });

  test('a bad variable is named', () => {
    env['LINECLEAR_DURABILITY'] = 'never';
    expect(() => load()).toThrow(/LINECLEAR_DURABILITY.*log\.durability/);
    expect(() => load()).toThrow(expect.objectContaining({ place: undefined }));
  });

  test.each([
    ['a mistake', 'user = "a"\nrolls = "b"'],
    ['broken TOML', 'user = "a"\nroles = ['],
  ])('%s has its place in the file that is wrong, the person’s here', (_, text) => {
    writeWorkspace('user = "anna"');
    writeUser(text);
    const place = { file: path.join(folder, 'home', 'config.toml'), line: 2 };
    expect(() => load()).toThrow(expect.objectContaining({ place }));
  });

  test('a folder in the place of the file is said, not ignored', () => {
    fs.mkdirSync(workspaceConfigFile(root));
    expect(() => load()).toThrow(expect.objectContaining({ code: 'invalid_config' }));
  });

  test('a command knows from its words how it gets the prompt, unless it is said', () => {
    const command = `protocol = "command"\ncommand =`;
    writeWorkspace(
      `[agents.a]\n${command} ["a", "-m={prompt}"]\n[agents.b]\n${command} ["b"]\n[agents.c]\n${command} ["c"]\ninput = "argument"\noutput = "json"\ntext = "x.y"\n`,
    );
    expect(load().orchestrator.agents).toMatchObject({
      a: { plain: { input: 'argument', output: 'text' } },
      b: { plain: { input: 'stdin', output: 'text' } },
      c: { plain: { input: 'argument', output: 'json', text: 'x.y' } },
    });
  });

  test.for([
    ['input = "stdin"', 'agents.a.input: needs protocol = "command"'],
    ['protocol = "command"\ntext = "x"', 'agents.a.text: needs output = "json" or "jsonl"'],
  ] as const)('what makes no sense together is named: %s', ([lines, message]) => {
    writeWorkspace(`[agents.a]\ncommand = ["a"]\n${lines}\n`);
    expect(() => load()).toThrow(message);
  });
});

describe('limits', () => {
  test('hold for every agent, and one may have its own', () => {
    writeUser('[limits]\nmemory_mb = 4096');
    writeWorkspace(
      '[limits]\naction = "stop"\n[agents.mine]\ncommand = ["mine"]\n[agents.mine.limits]\nopen_files = 100',
    );
    const { limits, agents } = load().orchestrator;
    expect(limits).toEqual({ memory_mb: 4096, action: 'stop' });
    expect(agents['mine']?.limits).toEqual({ open_files: 100 });
  });

  test('nothing is limited unless somebody says so', () => {
    expect(load().orchestrator.limits).toEqual({ action: 'warn' });
  });

  test('a limit that is none is named', () => {
    writeWorkspace('[limits]\nmemory_mb = -1');
    expect(() => load()).toThrow(/config\.toml:2: limits\.memory_mb/);
  });
});

const mistake = (text: string) => {
  writeWorkspace(text);
  try {
    load();
  } catch (error) {
    return String(error).replace(/^.*config\.toml/, '');
  }
  return 'none';
};

describe('the rules about permissions', () => {
  const good = '[[rules]]\nname = "reading"\naction = "allow"\ntools = ["read"]\n';

  test('of the person come before those of the workspace', () => {
    writeUser(good);
    writeWorkspace('[[rules]]\nname = "tests"\naction = "deny"\ncommands = ["npm test"]');
    expect(load().orchestrator.rules.map(({ name }) => name)).toEqual(['reading', 'tests']);
  });

  test.each([
    [`${good}[[rules]]\nname = "two"\naction = "permit"\n`, /^:7: rules\.1\.action: /],
    [
      `${good}[[rules]]\nname = "two"\n\n# more\naction = "ask"\ntool = ["read"]`,
      /^:10: rules\.1\.tool: is not a known key/,
    ],
    [
      `${good}[[rules]]\nname = "two"\naction = "ask"`,
      /^:6: rules\.1\.name: must name tools, commands or files/,
    ],
    [`${good}${good}`, /^:6: rules\.1\.name: 'reading' is the name of another rule/],
    [
      `[[rules]]\nname = "x"\naction = "allow"\ncommands = ["npm test; ls"]`,
      /^:4: rules\.0\.commands\.0: 'npm test; ls' is not one/,
    ],
    [
      `[[rules]]\nname = "x"\naction = "allow"\ncommands = ["ls"]\nfiles = ["x"]`,
      /^:5: rules\.0\.files: cannot be combined/,
    ],
  ])('a mistake is named with its line and key: %j', (text, message) => {
    expect(mistake(text)).toMatch(message);
  });
});

describe('the place of the log', () => {
  const FILE = '[log]\nurl = "redis://anna@db.example:7000/2"\n';

  test('is a file in the workspace, or the server that a source names', () => {
    expect(logOptionsOf(root, load().log)).toMatchObject({ backend: 'sqlite', tenantId: 'local' });
    expect(load().log.project).toBeUndefined();
    writeWorkspace(`${FILE}project = "website"\n`);
    expect(load().log.project).toBe('website');
    writeWorkspace(`${FILE}tenant = "acme"\n[log.redis]\nsentinels = ["a:1", "b:2"]\nkeep_events = 9\n`);
    expect(logOptionsOf(root, load().log)).toMatchObject({
      backend: 'redis',
      url: 'redis://anna@db.example:7000/2',
      tenantId: 'acme',
      password: undefined,
      keepEvents: 9,
      options: {
        name: 'mymaster',
        sentinels: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    });
    env['LINECLEAR_LOG_URL'] = 'sqlite:';
    expect(logOptionsOf(root, load().log)).toMatchObject({ backend: 'sqlite' });
    expect(load({ log: { url: 'rediss://other' } }).log.url).toBe('rediss://other');
  });

  test.each(['http://host', 'redis:', 'host:6379', 'sqlite:/tmp/other.db', ''])('is not %j', (url) => {
    writeWorkspace(`[log]\nurl = "${url}"\n`);
    expect(() => load()).toThrow(/config\.toml:2: log\.url: must be sqlite: or the address of a server/);
  });

  test('has its password from the environment, or from a file that only its owner may read', () => {
    writeWorkspace(FILE);
    writeUser('[log.passwords]\n"db.example:7000" = "of this server"\n"db.example:6379" = "of another"\n');
    const user = path.join(folder, 'home', 'config.toml');
    fs.chmodSync(user, 0o640);
    if (process.platform !== 'win32') expect(() => load()).toThrow(`chmod 600`);
    fs.chmodSync(user, 0o600);
    expect(logOptionsOf(root, load().log)).toMatchObject({ password: 'of this server' });
    env['LINECLEAR_LOG_PASSWORD'] = 'of any';
    expect(logOptionsOf(root, load().log)).toMatchObject({ password: 'of this server' });
    fs.rmSync(user);
    expect(logOptionsOf(root, load().log)).toMatchObject({ password: 'of any' });
  });

  test('has a user and a password for NATS, or a token, or a file of credentials that the workspace does not choose', () => {
    writeWorkspace('[log]\nurl = "tls://anna@a:4222"\n[log.nats]\nservers = ["b:4222"]\nreplicas = 3\n');
    env['LINECLEAR_LOG_PASSWORD'] = 'sesame';
    const url = 'tls://anna@a:4222,tls://b:4222';
    const expected = { backend: 'nats', url, replicas: 3, username: 'anna', password: 'sesame' };
    expect(logOptionsOf(root, load().log)).toMatchObject(expected);
    env['LINECLEAR_LOG_URL'] = 'nats://a';
    expect(logOptionsOf(root, load().log)).toMatchObject({ token: 'sesame' });
    const given = `[log.credentials]\n"a:4222" = "acme.creds"\n`;
    writeUser(given);
    fs.chmodSync(path.join(folder, 'home', 'config.toml'), 0o600);
    expect(logOptionsOf(root, load().log)).toMatchObject({
      credentials: path.join(os.homedir(), 'acme.creds'),
    });
    writeWorkspace(given);
    expect(() => load()).toThrow(/log\.credentials: a password does not belong here/);
  });

  test('is never told by a workspace or a setting together with its password', () => {
    const secret = 'redis://anna:secret@db.example';
    for (const text of [`[log]\nurl = "${secret}"`, '[log.passwords]\n"*" = "secret"']) {
      writeWorkspace(text);
      expect(() => load()).toThrow(/a password does not belong here\. Set LINECLEAR_LOG_PASSWORD/);
    }
    writeWorkspace('');
    expect(() => load({ log: { url: secret } })).toThrow(/^the settings: log\.url: a password/);
  });

  test('says which certificate cannot be read', () => {
    writeWorkspace(`${FILE}[log.redis]\nca = "certs/ca.pem"\n`);
    expect(() => logOptionsOf(root, load().log)).toThrow(/^log\.redis\.ca: certs\/ca\.pem cannot be read/);
    fs.mkdirSync(path.join(root, 'certs'));
    fs.writeFileSync(path.join(root, 'certs/ca.pem'), 'PEM');
    expect(logOptionsOf(root, load().log)).toMatchObject({ tls: { ca: 'PEM' } });
  });
});

describe('instruction files', () => {
  test('are left alone unless the configuration says so', () => {
    expect(load().instructions).toEqual({ enabled: false, domain: 'instructions', files: undefined });
    writeWorkspace('[instructions]\nenabled = true\nfiles = ["docs/RULES.md", ".cursorrules"]');
    expect(load().instructions).toEqual({
      enabled: true,
      domain: 'instructions',
      files: ['docs/RULES.md', '.cursorrules'],
    });
  });

  test.for([
    '../x.md',
    '/etc/x.md',
    'a/../../x.md',
    '.git/x.md',
    '.lineclear/x.md',
    'package.json',
    String.raw`a\\x.md`,
  ])('are Markdown in the workspace: %s', (file) => {
    writeWorkspace(`[instructions]\nfiles = ["${file}"]`);
    expect(() => load()).toThrow(/config\.toml:2: instructions\.files\.0: must be/);
  });
});
