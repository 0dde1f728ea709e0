import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Command, commands } from '../../src/vscode/commands.ts';
import { contributions } from '../../src/vscode/contributions.ts';
import { settings } from '../../src/vscode/settings.ts';
import { welcomeViews } from '../../src/vscode/welcome-views.ts';
import { expected, readManifest } from './manifest.ts';

const all: readonly [string, Command][] = Object.entries(commands);

describe('package.json', () => {
  test.each(Object.keys(expected()))('%s is what the tables say', (key) => {
    // If this fails: node test/vscode/write-contributions.ts
    expect(readManifest()[key]).toEqual(JSON.parse(JSON.stringify(expected()[key])));
  });

  test('a button of a menu has an icon', () => {
    for (const [id, { icon, placements = [] }] of all) {
      const isButton = placements.some(({ group }) => /^(?:inline|navigation)/.test(group));
      expect(isButton && icon === undefined ? id : undefined).toBeUndefined();
    }
  });

  test('what makes something run or decides is not possible in Restricted Mode', () => {
    const untrusted = all.filter(([, { trusted }]) => !trusted).map(([id]) => id);
    expect(untrusted).toEqual([
      'lineclear.openPlan',
      'lineclear.showEvents',
      'lineclear.showEventsAsJson',
      'lineclear.showEvent',
      'lineclear.openFile',
      'lineclear.exportEvents',
      'lineclear.showOrchestratorLog',
      'lineclear.showOutput',
      'lineclear.reopenLog',
    ]);
  });

  test('the links of the welcome views lead to commands that exist', () => {
    const links = welcomeViews.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id ?? ''),
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((id) => id.startsWith('lineclear.') && !(id in commands))).toEqual([]);
  });

  test('every setting has a description and every view an icon', () => {
    for (const { markdownDescription } of Object.values(settings)) expect(markdownDescription).toMatch(/\.$/);
    for (const { icon } of contributions().views.lineclear) expect(icon).toMatch(/^\$\([a-z-]+\)$/);
  });

  test('the icon of the container is there', () => {
    const [container] = contributions().viewsContainers.activitybar;
    expect(fs.existsSync(path.join(import.meta.dirname, '../..', container?.icon ?? 'none'))).toBe(true);
  });
});
