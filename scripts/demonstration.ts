// The sample workspace of `npm start`, with the agents that are to work in it.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './targets.ts';

/** What the demonstration asks for: the scripted agent can do it, and so can any real one. */
export const DEMONSTRATION =
  'Document this workspace: usage and contents in README.md, and an overview of the source files [pace: 400]';

const scriptedAgent = path.join(root, 'examples/scripted-agent/agent.ts');

/** Who works in the demonstration. */
export type Cast = 'scripted' | (string & {});

function configuration(cast: Cast): string {
  const roles = ['planner', 'coder', 'reviewer'].map((role) => `${role} = "${cast}"`).join('\n');
  const command = JSON.stringify([process.execPath, scriptedAgent]);
  const agent = cast === 'scripted' ? `\n[agents.scripted]\ncommand = ${command}\n` : '';
  return `[roles]\n${roles}\n${agent}`;
}

/** The sample workspace in a folder of its own; an existing one is used as it is, unless it is to be fresh. */
export function prepareWorkspace(folder: string, { cast, fresh }: { cast: Cast; fresh: boolean }): string {
  if (fresh) fs.rmSync(folder, { recursive: true, force: true });
  if (!fs.existsSync(folder)) fs.cpSync(path.join(root, 'examples/workspace'), folder, { recursive: true });
  fs.mkdirSync(path.join(folder, '.lineclear'), { recursive: true });
  fs.writeFileSync(path.join(folder, '.lineclear/config.toml'), configuration(cast));
  return folder;
}
