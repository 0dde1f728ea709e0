import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { App, InstructionFile } from '../app.ts';
import type { AgentEvent } from '../contract/event.ts';
import { filterWords, isFiltering } from '../state/activity-filter.ts';
import { waitingNow } from '../state/inbox.ts';
import { type Moment, joined } from '../state/wording.ts';
import type { World } from '../state/world.ts';
import { ActivityFeed } from './activity-feed.ts';
import type { ViewControl } from './command-context.ts';
import { type ViewName, viewId, viewNames } from './contributions.ts';
import { oneLine } from './inert-text.ts';
import type { ShownMemory } from './memory-feed.ts';
import { waitingWords } from './status.ts';
import { activityModel } from './trees/activity-model.ts';
import { agentsModel } from './trees/agents-model.ts';
import { deadLettersModel } from './trees/dead-letters-model.ts';
import { inboxModel } from './trees/inbox-model.ts';
import { driftIn, driftNodes } from './trees/instructions-model.ts';
import { historyWords } from './trees/note-history.ts';
import { memoryModel } from './trees/memory-model.ts';
import { tasksModel } from './trees/tasks-model.ts';
import { type TreeNode, treeText } from './trees/tree-node.ts';
import { TreeView } from './trees/tree-view.ts';
import { type Memory, type ViewOptions, keepViewOptions, readViewOptions } from './view-options.ts';

const isViewName = (name: string): name is ViewName => Object.hasOwn(viewNames, name);

const names = Object.keys(viewNames).filter(isViewName);

export interface ViewsDeps {
  readonly world: () => World;
  readonly app: () => App | undefined;
  /** Undefined as long as it has not been read. */
  readonly shared: () => ShownMemory | undefined;
  /** The name of the log, where the window has several. */
  readonly logName: () => string;
  /** Where it is remembered how the views are looked at. */
  readonly memory: Memory;
  /** Something else is to be shown, although nothing happened. */
  readonly onChange: () => void;
  readonly report: (what: string, error: unknown) => void;
}

/** The trees of the sidebar. One that fails is reported; the others go on. */
export class Views implements ViewControl, vscode.Disposable {
  readonly #deps: ViewsDeps;
  readonly #views = new Map<ViewName, TreeView>();
  readonly #feed: ActivityFeed;
  #options: ViewOptions;

  constructor(deps: ViewsDeps) {
    const { app, onChange, report } = deps;
    this.#deps = deps;
    this.#options = readViewOptions(deps.memory);
    this.#feed = new ActivityFeed({ app, onChange, report }, this.#options.activityFilter);
    for (const name of names) {
      const onError = (error: unknown) => report(`The view ${viewNames[name].name} failed`, error);
      try {
        this.#views.set(
          name,
          new TreeView({
            id: viewId(name),
            model: () => this.#nodes(name),
            nested: name === 'agents' || name === 'tasks' || name === 'memory' || name === 'deadLetters',
            onError,
            ...(name === 'memory' && {
              restOf: (node) => historyWords(deps.app(), node.target, { now: Date.now() }),
            }),
          }),
        );
      } catch (error) {
        onError(error);
      }
    }
  }

  get options(): ViewOptions {
    return this.#options;
  }

  async change(change: Partial<ViewOptions>): Promise<void> {
    const { world, memory, onChange } = this.#deps;
    this.#options = { ...this.#options, ...change };
    const { activityFilter } = change;
    if (activityFilter) {
      this.#feed.begin(world(), activityFilter);
      if (isFiltering(activityFilter)) this.#feed.search();
    }
    onChange();
    await keepViewOptions(memory, this.#options);
  }

  showOlderActivity(): void {
    this.#feed.showOlder();
  }

  /** Another log, or none. */
  begin(): void {
    this.#feed.begin(this.#deps.world());
  }

  /** What has just happened. */
  add(events: readonly AgentEvent[]): void {
    this.#feed.add(events);
  }

  /** Draws what has changed since the last time, if only the time: part after part. */
  get parts(): readonly (() => void)[] {
    return [
      ...[...this.#views.values()].map((view) => () => view.refresh()),
      () => this.#showWaiting(),
      () => this.#showFilter(),
      () => this.#countDeadLetters(),
    ];
  }

  /** A view as indented text, as a person sees it with everything expanded. */
  text(name: string): string {
    return isViewName(name) ? treeText(this.#nodes(name)) : '';
  }

  dispose(): void {
    for (const view of this.#views.values()) view.dispose();
  }

  get #instructions(): readonly InstructionFile[] {
    return this.#deps.shared()?.instructions ?? [];
  }

  #showWaiting(): void {
    const inbox = this.#views.get('inbox');
    if (!inbox) return;
    inbox.description = oneLine(this.#deps.logName(), 40);
    const waiting =
      waitingNow(this.#deps.world().inbox, Date.now()).length + driftIn(this.#instructions).length;
    inbox.badge = waiting > 0 ? { value: waiting, tooltip: waitingWords(waiting) } : undefined;
  }

  /** Beside the name: a badge would be added to that of the Inbox, on the one icon that they share. */
  #countDeadLetters(): void {
    const letters = this.#views.get('deadLetters');
    if (letters) letters.description = String(this.#deps.world().deadLetters.length);
  }

  #showFilter(): void {
    const activity = this.#views.get('activity');
    if (!activity) return;
    const world = this.#deps.world();
    const words = filterWords(world, this.#options.activityFilter).map((part) => oneLine(part, 40));
    const { entries, before } = this.#feed.rows(world);
    activity.description = joined(...words);
    activity.message =
      words.length > 0 && entries.length === 0 && before === 'all' ? l10n.t('Nothing fits the filter.') : '';
  }

  #nodes(name: ViewName): readonly TreeNode[] {
    const world = this.#deps.world();
    const missingFor = this.#deps.app()?.attendance.missingFor;
    const moment: Moment = { now: Date.now(), missingFor };
    switch (name) {
      case 'inbox':
        return [...inboxModel(world, moment), ...driftNodes(this.#instructions)];
      case 'agents':
        return agentsModel(world, this.#options, moment);
      case 'tasks':
        return tasksModel(world, moment);
      case 'memory':
        return memoryModel(this.#deps.shared(), moment, this.#options.pinnedNotes);
      case 'deadLetters':
        return deadLettersModel(world, moment);
      case 'activity':
        return activityModel(world, this.#feed.rows(world), moment);
    }
  }
}
