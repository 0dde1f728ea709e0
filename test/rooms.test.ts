import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rootFiles, rooms } from '../oxlint.config.ts';
import manifest from '../package.json' with { type: 'json' };
import { VERSION } from '../src/app-info.ts';

const root = path.join(import.meta.dirname, '..');

it('the program and package.json say the same version', () => {
  expect(VERSION).toBe(manifest.version);
});

it('no file takes the object z, with which a bundle has all languages of zod: more than all that is ours', () => {
  const files = fs.globSync('src/**/*.ts', { cwd: root });
  const taking = files.filter((file) =>
    /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(fs.readFileSync(path.join(root, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(taking).toStrictEqual([]);
});

describe('the table of rooms', () => {
  const entries = fs.readdirSync(path.join(root, 'src'), { withFileTypes: true });

  it('has every folder of src/', () => {
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.filter((folder) => !Object.hasOwn(rooms, folder))).toStrictEqual([]);
  });

  it('has every file at the top of src/', () => {
    const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    expect(files.filter((file) => !Object.hasOwn(rootFiles, file))).toStrictEqual([]);
  });

  it('lets no room into a door, and keeps the editor to its own door', () => {
    const doors = ['cli/', 'vscode/'];
    for (const [name, room] of Object.entries(rooms)) {
      expect(room.rooms.filter((target) => doors.includes(target))).toStrictEqual([]);
      expect(room.packages.includes('vscode')).toBe(name === 'vscode');
    }
  });

  it('keeps contract/ and state/ free of platforms', () => {
    expect([rooms['contract'], rooms['state']]).toStrictEqual([
      { rooms: [], packages: ['zod'] },
      { rooms: ['contract/'], packages: ['@vscode/l10n'] },
    ]);
  });
});

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int() }) })),
    }),
  ),
});

interface Trial {
  readonly specifier: string;
  readonly allowed: boolean;
}

type Room = (typeof rooms)[string];

/** Imports that a file could have: each room and top-level file, the ports, and some packages. */
function trialsOf(name: string, room: Room, up: string): Trial[] {
  // The rule does not tell top-level files from each other: it knows them by the folder above.
  const files = up === './' ? [] : Object.keys(rootFiles);
  const places = [...Object.keys(rooms).map((other) => `${other}/`), ...files];
  const inside = places
    .filter((target) => target !== `${name}/` && target !== name)
    .map((target) => ({
      specifier: `${up}${target}${target.endsWith('/') ? 'some-file.ts' : ''}`,
      allowed: room.rooms.includes(target),
    }));
  const ports = room.rooms
    .filter((target) => target.includes('/') && !target.endsWith('/'))
    .map((target) => ({ specifier: `${up}${target}`, allowed: true }));
  const packages = [
    'node:fs',
    'node:fs/promises',
    'vscode',
    'zod',
    'better-sqlite3',
    'lit',
    'lit/decorators.js',
  ];
  const outside = packages.map((specifier) => ({
    specifier,
    allowed: room.packages.some((item) => specifier.startsWith(item)),
  }));
  return [...inside, ...ports, ...outside];
}

/** What oxlint, with the rules of this project, refuses of files with these imports: `file: specifier`. */
function refused(place: string, files: ReadonlyMap<string, readonly Trial[]>): Set<string> {
  for (const [file, trials] of files) {
    fs.mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    const lines = trials.map(({ specifier }) => `export * from '${specifier}';\n`);
    fs.writeFileSync(path.join(place, file), lines.join(''));
  }
  const linter = path.join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [linter, '--format=json', 'src'], {
    cwd: place,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  expect(stderr).toBe('');
  const { diagnostics } = reportSchema.parse(JSON.parse(stdout));
  return new Set(
    diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename, labels }) => {
        const file = filename.replaceAll('\\', '/');
        const line = labels[0]?.span.line ?? 0;
        return `${file}: ${files.get(file)?.[line - 1]?.specifier ?? 'an unknown import'}`;
      }),
  );
}

describe('an import that the table does not allow', () => {
  let place = '';
  beforeAll(() => {
    // A project of its own with the same rules, so that nobody who works on this one meets files that come and go.
    place = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-rooms-'));
    for (const file of ['oxlint.config.ts', 'package.json', 'tsconfig.json'])
      fs.copyFileSync(path.join(root, file), path.join(place, file));
    fs.symlinkSync(path.join(root, 'node_modules'), path.join(place, 'node_modules'), 'junction');
  });
  afterAll(() => {
    fs.rmSync(place, { recursive: true, force: true });
  });

  it('is refused in every room and top-level file, and no other is', () => {
    const files = new Map<string, readonly Trial[]>([
      ...Object.entries(rooms).map(
        ([name, room]) => [`src/${name}/trial.ts`, trialsOf(name, room, '../')] as const,
      ),
      ...Object.entries(rooms).map(
        ([name, room]) => [`src/${name}/deep/trial.ts`, trialsOf(name, room, '../../')] as const,
      ),
      ...Object.entries(rootFiles).map(
        ([name, room]) => [`src/${name}`, trialsOf(name, room, './')] as const,
      ),
    ]);
    const forbidden = [...files].flatMap(([file, trials]) =>
      trials.filter(({ allowed }) => !allowed).map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(forbidden).toContain('src/state/trial.ts: node:fs');
    expect(forbidden).toContain('src/ui/deep/trial.ts: ../../log/some-file.ts');
    expect(refused(place, files)).toStrictEqual(new Set(forbidden));
  });
});
