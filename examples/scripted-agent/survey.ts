import fs from 'node:fs';
import path from 'node:path';

/** What is in a workspace, as far as its documentation is concerned. */
export interface Survey {
  /** Relative, with `/`, in order. */
  readonly files: readonly string[];
  readonly sources: readonly string[];
  readonly readme: string | undefined;
  readonly name: string;
  readonly description: string | undefined;
  /** Scripts of package.json. */
  readonly scripts: readonly (readonly [name: string, command: string])[];
}

const SKIPPED = new Set(['node_modules', 'dist', 'out', 'build', 'coverage', 'target', '__pycache__']);
const SOURCE = /\.(?:ts|tsx|js|jsx|mjs|cjs|py|go|rs|java|rb|c|h|cpp|cs|sh)$/;
const MOST = 2_000;

export function surveyWorkspace(cwd: string): Survey {
  const files = listFiles(cwd);
  const manifest = readManifest(path.join(cwd, 'package.json'));
  return {
    files,
    sources: files.filter((file) => SOURCE.test(file)),
    readme: files.find((file) => /^readme\.md$/i.test(file)),
    name: manifest.name ?? path.basename(cwd),
    description: manifest.description,
    scripts: manifest.scripts,
  };
}

function listFiles(cwd: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    const entries = fs.readdirSync(path.join(cwd, folder), { withFileTypes: true });
    for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
      if (found.length >= MOST || entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(file);
      else if (entry.isFile()) found.push(file);
    }
  };
  visit('');
  return found;
}

interface Manifest {
  readonly name?: string;
  readonly description?: string;
  readonly scripts: readonly (readonly [string, string])[];
}

function readManifest(file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return { scripts: [] };
  }
  const fields = entriesOf(value);
  const text = (name: string) => {
    const found = fields.find(([key]) => key === name)?.[1];
    return typeof found === 'string' && found !== '' ? { [name]: found } : {};
  };
  const scripts = entriesOf(fields.find(([key]) => key === 'scripts')?.[1]);
  return {
    ...text('name'),
    ...text('description'),
    scripts: scripts.flatMap(([name, command]) =>
      typeof command === 'string' ? [[name, command] as const] : [],
    ),
  };
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** What a source file says about itself: its first comment line, or what it exports. */
export function describeSource(cwd: string, file: string): string {
  const text = fs.readFileSync(path.join(cwd, file), 'utf8').slice(0, 20_000);
  const comment = /^\s*(?:\/\*\*?|\/\/+|#(?!!)|"""|\* )\s*([A-Za-z][^\n]*)/m.exec(text)?.[1];
  if (comment !== undefined) return comment.replace(/\s*(?:\*\/|""")\s*$/, '').trim();
  const names = exportsOf(text);
  return names.length > 0 ? `Has ${names.join(', ')}.` : `${text.split('\n').length} lines.`;
}

/** Names that a source file offers to others, at most six. */
export function exportsOf(text: string): string[] {
  const pattern =
    /^(?:export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let|interface|type|enum)|def|class|func|pub fn)\s+([A-Za-z_]\w*)/gm;
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].slice(0, 6);
}
