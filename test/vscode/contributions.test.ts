import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Command, commands } from '../../src/vscode/commands.ts';
import { contributions } from '../../src/vscode/contributions.ts';
import { walkthroughs } from '../../src/vscode/walkthrough.ts';
import { settings } from '../../src/vscode/settings.ts';
import { welcomeViews } from '../../src/vscode/welcome-views.ts';
import { expectedManifest, expectedTexts, readManifest, readTexts } from './manifest.ts';

const all: readonly [string, Command][] = Object.entries(commands);

describe('package.json', () => {
  test.each(Object.keys(expectedManifest()))('%s is what the tables say', (key) => {
    // If this fails: node test/vscode/write-contributions.ts
    expect(readManifest()[key]).toEqual(JSON.parse(JSON.stringify(expectedManifest()[key])));
  });

  test('its texts are those of the tables', () => {
    expect(readTexts()).toEqual(expectedTexts());
  });

  test('a button of a menu has an icon', () => {
    for (const [id, { icon, placements = [] }] of all) {
      const isButton = placements.some(({ group }) => /^(?:inline|navigation)/.test(group));
      expect(isButton && icon === undefined ? id : undefined).toBeUndefined();
    }
  });

  test('what a button of a row does is reached without a mouse: from the palette or the menu of the row', () => {
    const withButton = all.filter(([, { placements = [] }]) =>
      placements.some(({ group }) => group.startsWith('inline')),
    );
    expect(withButton.length).toBeGreaterThan(5);
    const byMouseOnly = withButton.filter(
      ([, { palette, placements = [] }]) =>
        palette === false && !placements.some(({ group }) => /^\d_/.test(group)),
    );
    expect(byMouseOnly.map(([id]) => id)).toEqual([]);
  });

  test('what makes something run or decides is not possible in Restricted Mode', () => {
    const untrusted = all.filter(([, { trusted }]) => !trusted).map(([id]) => id);
    expect(untrusted).toEqual([
      'lineclear.openPlan',
      'lineclear.comparePlans',
      'lineclear.showAgentOutput',
      'lineclear.groupAgents',
      'lineclear.sortAgents',
      'lineclear.showOrchestratorLog',
      'lineclear.filterActivity',
      'lineclear.clearActivityFilter',
      'lineclear.showOlderActivity',
      'lineclear.showEvents',
      'lineclear.showEventsAsJson',
      'lineclear.openArchive',
      'lineclear.showEvent',
      'lineclear.openChange',
      'lineclear.openFile',
      'lineclear.exportEvents',
      'lineclear.openNote',
      'lineclear.searchNotes',
      'lineclear.showNoteHistory',
      'lineclear.pinNote',
      'lineclear.unpinNote',
      'lineclear.compareNote',
      'lineclear.openMemoryFile',
      'lineclear.showDeadLetters',
      'lineclear.openDeadLetter',
      'lineclear.chooseLog',
      'lineclear.openCommandCenter',
      'lineclear.showOutput',
      'lineclear.getStarted',
      'lineclear.reopenLog',
    ]);
  });

  test('the links of the welcome views and of the walkthrough lead to commands that exist', () => {
    const texts = [
      ...welcomeViews.map(({ contents }) => contents),
      ...walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    const links = texts.flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id ?? ''),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((id) => id.startsWith('lineclear.') && !(id in commands))).toEqual([]);
  });

  test('every setting has a description and every view an icon', () => {
    for (const { markdownDescription } of Object.values(settings)) expect(markdownDescription).toMatch(/\.$/);
    for (const { icon } of contributions().views.lineclear) expect(icon).toMatch(/^\$\([a-z-]+\)$/);
  });

  test('the icon of the container and the pictures of the walkthrough are there', () => {
    const icons = contributions().viewsContainers.activitybar.map(({ icon }) => icon);
    const pictures = walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
    for (const file of [...icons, ...pictures])
      expect(fs.existsSync(path.join(import.meta.dirname, '../..', file)) ? undefined : file).toBeUndefined();
  });
});
