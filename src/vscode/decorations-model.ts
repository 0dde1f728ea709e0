import * as l10n from '@vscode/l10n';
import { agentNameOf, roleName } from '../state/agent-name.ts';
import { type FileHold, fileHolds } from '../state/file-holds.ts';
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

/**
 * Files that agents changed for tasks that are not over, hold for a chunk, or are at now. Times are those of the clock, not how long ago:
 * what stands there must stay true while nobody draws it again.
 */
export function decorationsOf(world: World, moment: Moment): ReadonlyMap<string, Decoration> {
  const found = new Map<string, Decoration>();
  for (const [file, touches] of world.touches) {
    const decoration = touched(world, touches, moment);
    if (decoration) found.set(file, decoration);
  }
  for (const [file, hold] of fileHolds(world)) found.set(file, joined(held(world, hold), found.get(file)));
  for (const { agent_id, status, current_file, task_id } of world.agents.values()) {
    if (status !== 'working' || current_file === undefined) continue;
    const before = found.get(current_file);
    if (before?.badge === WARNING) continue;
    const who = oneLine(agentNameOf(world, agent_id), 60);
    const now =
      task_id === undefined
        ? l10n.t('{0} is at this file now', who)
        : l10n.t('{0} is at this file now in “{1}”', who, taskTitle(world, task_id));
    found.set(current_file, {
      badge: `${initial(world, agent_id)}…`,
      tooltip: before ? `${now}; ${before.tooltip}` : now,
      color: 'charts.blue',
    });
  }
  return found;
}
