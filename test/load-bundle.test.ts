import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadBundle } from '../src/load-bundle.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-bundle-'));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  fs.rmSync(folder, { recursive: true });
});

const bundle = (word: string) =>
  `exports.word = ${JSON.stringify(word)}; exports.beside = require('./beside.cjs'); exports.folder = __dirname;`;

test('a bundle is loaded with what was compiled of it before, but never with what is broken or was of another source', () => {
  const file = path.join(folder, 'bundle.cjs');
  const codeFile = path.join(folder, 'storage/bundle.code');
  fs.writeFileSync(path.join(folder, 'beside.cjs'), 'module.exports = 7;');
  /** What it exports, and whether compiled code was kept anew. */
  const load = () => {
    const before = fs.statSync(codeFile, { throwIfNoEntry: false })?.ino;
    const exported = loadBundle(file, codeFile);
    vi.runAllTimers();
    return { exported, isKept: fs.statSync(codeFile).ino !== before };
  };

  fs.writeFileSync(file, bundle('one'));
  expect(load()).toEqual({ exported: { word: 'one', beside: 7, folder }, isKept: true });
  expect(load()).toMatchObject({ exported: { word: 'one' }, isKept: false });

  const code = fs.readFileSync(codeFile);
  for (const broken of [code.fill(0, 200, 240), code.subarray(0, 100), Buffer.alloc(0)]) {
    fs.writeFileSync(codeFile, broken);
    expect(load()).toMatchObject({ exported: { word: 'one' }, isKept: true });
  }

  // As long as the other: V8 would take the code of one for the other.
  fs.writeFileSync(file, bundle('two'));
  expect(load()).toMatchObject({ exported: { word: 'two' }, isKept: true });
  expect(load()).toMatchObject({ exported: { word: 'two' }, isKept: false });
});

test('where nothing can be kept the bundle is loaded all the same', () => {
  const file = path.join(folder, 'bundle.cjs');
  fs.writeFileSync(file, 'exports.word = "one";');
  expect(loadBundle(file, path.join(file, 'no-folder'))).toEqual({ word: 'one' });
  vi.runAllTimers();
  expect(fs.readdirSync(folder)).toEqual(['bundle.cjs']);
});
