import fs from 'node:fs/promises';
import { groupLags } from './delivery/groups.ts';
import { DeadLetters } from './delivery/dead-letters.ts';
import { LineclearError, messageOf } from './contract/errors.ts';
import { openWorld } from './followed-world.ts';
import { outboxIn } from './later.ts';
import { type OpenedWorkspace, openWorkspace } from './open-workspace.ts';
import { type Attendance, createAttendance } from './orchestrator/attendance.ts';
import { registered } from './orchestrator/presence.ts';
import { createOrchestratorLook } from './orchestrator/sight.ts';
import { isLive } from './state/agent.ts';
import { retirableTasks } from './state/retention.ts';
import { type HealthFacts, type HealthLine, healthLines } from './state/health.ts';
import { isOfProject } from './state/project.ts';
import type { World } from './state/world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface HealthOptions {
  readonly root: string;
  readonly overrides?: unknown;
}

async function freeBytes(root: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await fs.statfs(root);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

const problemOf = (error: unknown) =>
  error instanceof LineclearError
    ? { message: error.message, next: error.next }
    : { message: messageOf(error), next: '' };

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; latency: number }> {
  const start = performance.now();
  const result = await work();
  return { result, latency: performance.now() - start };
}

/** What the log says. */
type LogHealth = Omit<HealthFacts, 'freeBytes' | 'outbox'>;

/** The tasks that no orchestrator carries out, by their projects. */
function unattendedIn(world: World, { missingFor }: Attendance): NonNullable<HealthFacts['unattended']> {
  const tasks = [...world.tasks.values()].filter((task) => missingFor(task, 0));
  return [...Map.groupBy(tasks, ({ project }) => project)].map(([project, ofIt]) => ({
    project,
    isOurs: ofIt.some((task) => missingFor(task, 0) === 'here'),
    tasks: ofIt.length,
    isLate: ofIt.some((task) => missingFor(task)),
  }));
}

async function look({ backend, config, logPlace, readonly }: OpenedWorkspace): Promise<LogHealth> {
  const { log, leases, snapshots } = backend;
  const followed = await openWorld(log, snapshots);
  await followed.refresh();
  const { world } = followed;
  const { result: events, latency } = await timed(() => log.head());
  const { product, survives, settings, forgets, bytes } = await backend.facts();
  const { days } = config.retention;
  const endedBefore = backend.now().getTime() - days * DAY_MS;
  const lookAtOrchestrator = createOrchestratorLook(leases, () => backend.now());
  const orchestrators = await Promise.all(
    (await registered(backend)).map(async ({ id, pid, host, folder = '', project }) => ({
      sight: await lookAtOrchestrator(id),
      process: `${pid} on ${host}, ${folder}`,
      isOurs: isOfProject({ project: config.log.project }, project),
    })),
  );
  const attendance = createAttendance({ backend, world, config: () => config });
  await attendance.look();
  const letters = new DeadLetters(backend, { source: 'cli', id: `user:${config.userId}` });
  const counts = [...(await letters.counts()).values()].flatMap((reasons) => [...reasons.values()]);
  const alive = [...world.agents.values()].filter(({ status }) => isLive(status));
  return {
    place: logPlace,
    ...(readonly ? { problem: problemOf(readonly) } : {}),
    log: { product, survives, settings, forgets, events, latency },
    history: {
      bytes,
      old: retirableTasks(world, { endedBefore, upto: Infinity }).length,
      days,
      truncated: world.history,
      removedUpTo: await log.truncatedAt(),
    },
    groups: await groupLags(backend),
    deadLetters: counts.reduce((sum, count) => sum + count, 0),
    orchestrators,
    unattended: unattendedIn(world, attendance),
    agents: {
      alive: alive.length,
      silent: alive.filter((agent) => agent.unresponsive_since !== undefined).length,
    },
  };
}

/**
 * Looks at everything that the work depends on: the log and what keeps it, groups of workers, the orchestrator, agents,
 * the disk. Never throws: what cannot be looked at is a failure, with what to do.
 */
export async function checkHealth({ root, overrides }: HealthOptions): Promise<HealthLine[]> {
  let opened: OpenedWorkspace | undefined;
  let facts: LogHealth;
  try {
    opened = await openWorkspace({ root, overrides, create: false, mayRead: true });
    facts = await look(opened);
  } catch (error) {
    facts = { place: root, problem: problemOf(error) };
  } finally {
    await opened?.backend.close();
  }
  return healthLines({ ...facts, outbox: outboxIn(root).status(), freeBytes: await freeBytes(root) });
}
