import * as l10n from '@vscode/l10n';
import { agentNameOf, roleName } from '../state/agent-name.ts';
import { type FileHold, fileHolds } from '../state/file-holds.ts';
import type { AgentState } from '../state/agent.ts';
import type { FileTouch } from '../state/file-touches.ts';
import { type Moment, timeOfDay } from '../state/wording.ts';
import type { World } from '../state/world.ts';
import { oneLine } from './inert-text.ts';

/** What the Explorer shows beside a file. */
export interface Decoration {
  /** One or two characters. */
  readonly badge: string;
  readonly tooltip: string;
  /** Id of a theme colour. */
  readonly color?: string | undefined;
}

/** Of a file that two tasks changed. */
const WARNING = '⚠';
/** Changes of one file that are told: the newest. */
const TOLD = 10;

const initial = (world: World, agentId: string): string =>
  oneLine(roleName(world.agents.get(agentId) ?? { agent_id: agentId }), 20)
    .charAt(0)
    .toUpperCase();

const taskTitle = ({ tasks }: World, taskId: string): string =>
  oneLine(tasks.get(taskId)?.title ?? taskId, 60);

const touchSentence: Readonly<
  Record<FileTouch['change'], (who: string, time: string, task: string) => string>
> = {
  created: (...words) => l10n.t('{0} created this at {1} in “{2}”', ...words),
  modified: (...words) => l10n.t('{0} changed this at {1} in “{2}”', ...words),
  deleted: (...words) => l10n.t('{0} deleted this at {1} in “{2}”', ...words),
};

function touchWords(world: World, touch: FileTouch, moment: Moment): string {
  const who = oneLine(agentNameOf(world, touch.agent_id), 60);
  return touchSentence[touch.change](who, timeOfDay(touch.at, moment), taskTitle(world, touch.task_id));
}

function touched(world: World, touches: readonly FileTouch[], moment: Moment): Decoration | undefined {
  const newest = touches.at(-1);
  if (!newest) return undefined;
  const told = touches.slice(-TOLD).toReversed();
  const words = told.map((touch) => touchWords(world, touch, moment));
  if (touches.length > TOLD) words.push(l10n.t('and {0} more', touches.length - TOLD));
  const tasks = new Set(touches.map(({ task_id }) => task_id));
  return tasks.size > 1
    ? {
        badge: WARNING,
        tooltip: l10n.t('Changed in {0} tasks: {1}', tasks.size, words.join('; ')),
        color: 'list.warningForeground',
      }
    : { badge: initial(world, newest.agent_id), tooltip: words.join('; ') };
}

/** Several decorations of one file: a warning stands first, what is said is said together. */
function joined(first: Decoration, second: Decoration | undefined): Decoration {
  if (!second) return first;
  const shown = second.badge === WARNING ? second : first;
  return { ...shown, tooltip: `${first.tooltip}; ${second.tooltip}` };
}

function held(world: World, { task_id, chunk, agent_id }: FileHold): Decoration {
  const tooltip = l10n.t(
    '{0} holds this for the chunk “{1}” of “{2}”',
    agent_id === undefined ? l10n.t('An agent') : oneLine(agentNameOf(world, agent_id), 60),
    oneLine(chunk, 60),
    taskTitle(world, task_id),
  );
  return { badge: initial(world, agent_id ?? 'agent'), tooltip, color: 'charts.blue' };
}

/** An agent is at a file now. */
function visited(world: World, { agent_id, task_id }: Visitor, before: Decoration | undefined): Decoration {
  if (before?.badge === WARNING) return before;
  const who = oneLine(agentNameOf(world, agent_id), 60);
  const now =
    task_id === undefined
      ? l10n.t('{0} is at this file now', who)
      : l10n.t('{0} is at this file now in “{1}”', who, taskTitle(world, task_id));
  return {
    badge: `${initial(world, agent_id)}…`,
    tooltip: before ? `${now}; ${before.tooltip}` : now,
    color: 'charts.blue',
  };
}

type Visitor = Pick<AgentState, 'agent_id' | 'task_id'>;

/** Why a file is marked. */
export interface FileMarks {
  /** Who changed it, the newest last. */
  readonly touches: readonly FileTouch[];
  readonly hold?: FileHold | undefined;
  /** Who is at it now. */
  readonly visitors: readonly Visitor[];
}

/** Files that agents changed for tasks that are not over, hold for a chunk, or are at now. */
export function markedFiles(world: World): ReadonlyMap<string, FileMarks> {
  const visitors = new Map<string, Visitor[]>();
  for (const agent of world.agents.values()) {
    if (agent.status !== 'working' || agent.current_file === undefined) continue;
    const there = visitors.get(agent.current_file);
    if (there) there.push(agent);
    else visitors.set(agent.current_file, [agent]);
  }
  const holds = fileHolds(world);
  const files = new Set([...world.touches.keys(), ...holds.keys(), ...visitors.keys()]);
  const marksOf = (file: string): FileMarks => ({
    touches: world.touches.get(file) ?? [],
    hold: holds.get(file),
    visitors: visitors.get(file) ?? [],
  });
  return new Map([...files].map((file) => [file, marksOf(file)]));
}

/**
 * Equal as long as a decoration says the same on the same day: of a thousand marked files few are in sight, and to word
 * all of them for each drawing takes longer than all other views.
 */
export function fingerprintOf(world: World, { touches, hold, visitors }: FileMarks): string {
  const newest = touches.at(-1);
  const holder = hold && [hold.task_id, hold.chunk, hold.agent_id];
  const there = visitors.flatMap(({ agent_id, task_id }) => [agentNameOf(world, agent_id), task_id]);
  const who = newest && agentNameOf(world, newest.agent_id);
  return [touches.length, newest?.at, newest?.change, who, ...(holder ?? []), '', ...there].join('\n');
}

/** Times are those of the clock, not how long ago: what stands there must stay true while nobody draws it again. */
export function decorationOf(
  world: World,
  { touches, hold, visitors }: FileMarks,
  moment: Moment,
): Decoration | undefined {
  const changed = touched(world, touches, moment);
  const own = hold ? joined(held(world, hold), changed) : changed;
  return visitors.reduce<Decoration | undefined>((before, visitor) => visited(world, visitor, before), own);
}
