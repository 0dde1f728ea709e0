import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Every process that a test starts inherits this variable from the server or the browser. Its value is a folder of
 * that test. It finds what a process group does not: the product starts processes that outlive their window.
 */
export const MARK = 'HOST_SCRATCH';

/** The processes that carry the mark of a folder (or of one inside it), or work in that folder. */
function findMarked(folder: string): number[] {
  return listPids().filter(
    (pid) => pid !== process.pid && (carriesMark(pid, folder) || worksIn(pid, folder)),
  );
}

/**
 * Asks the processes of a folder to end and, two seconds later, makes them. Where marks cannot be read, these are
 * the process groups, named by their leader, and what left its group stays.
 */
export async function endProcesses(folder: string, groups: Iterable<number>): Promise<void> {
  const leaders = [...groups];
  // A group lives on in processes that have ended and that nobody has asked for their exit code; marks do not.
  const targets =
    process.platform === 'linux'
      ? () => findMarked(folder)
      : () => leaders.filter(groupIsAlive).map((leader) => -leader);
  const giveUp = Date.now() + 2_000;
  for (const target of targets()) signal(target, 'SIGTERM');
  // The end of a process that is not a child cannot be awaited.
  while (targets().length > 0 && Date.now() < giveUp) await delay(25);
  for (const target of targets()) signal(target, 'SIGKILL');
}

export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function listPids(): number[] {
  return fs.readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function carriesMark(pid: number, folder: string): boolean {
  try {
    const environment = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const mark = environment.find((entry) => entry.startsWith(`${MARK}=`))?.slice(MARK.length + 1);
    return mark !== undefined && isInside(mark, folder);
  } catch {
    return false; // gone meanwhile, or another user's
  }
}

function worksIn(pid: number, folder: string): boolean {
  try {
    return isInside(fs.readlinkSync(`/proc/${pid}/cwd`), folder);
  } catch {
    return false;
  }
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

function groupIsAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // It ended by itself between the look and the signal.
  }
}
