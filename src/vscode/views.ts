import type * as vscode from 'vscode';
import { waitingNow } from '../state/inbox.ts';
import type { World } from '../state/world.ts';
import { type ViewName, viewId, viewNames } from './contributions.ts';
import { activityModel } from './trees/activity-model.ts';
import { agentsModel } from './trees/agents-model.ts';
import { inboxModel } from './trees/inbox-model.ts';
import { tasksModel } from './trees/tasks-model.ts';
import { type TreeNode, treeText } from './trees/tree-node.ts';
import { TreeView } from './trees/tree-view.ts';
import { type Moment, counted } from '../state/wording.ts';

const models: Readonly<Record<ViewName, (world: World, moment: Moment) => readonly TreeNode[]>> = {
  inbox: inboxModel,
  agents: agentsModel,
  tasks: tasksModel,
  activity: activityModel,
};

const isViewName = (name: string): name is ViewName => Object.hasOwn(models, name);

const names = Object.keys(viewNames).filter(isViewName);

/** The four trees of the sidebar. One that fails is reported; the others go on. */
export class Views implements vscode.Disposable {
  readonly #world: () => World;
  readonly #views = new Map<ViewName, TreeView>();

  constructor(world: () => World, report: (what: string, error: unknown) => void) {
    this.#world = world;
    for (const name of names) {
      const onError = (error: unknown) => report(`The view ${viewNames[name].name} failed`, error);
      try {
        this.#views.set(
          name,
          new TreeView({
            id: viewId(name),
            model: () => this.#nodes(name),
            nested: name === 'agents' || name === 'tasks',
            onError,
          }),
        );
      } catch (error) {
        onError(error);
      }
    }
  }

  /** Draws what has changed since the last time, if only the time. */
  refresh(): void {
    for (const view of this.#views.values()) view.refresh();
    const inbox = this.#views.get('inbox');
    if (!inbox) return;
    const waiting = waitingNow(this.#world().inbox, Date.now()).length;
    inbox.badge =
      waiting > 0 ? { value: waiting, tooltip: `${counted(waiting, 'thing')} waiting for you` } : undefined;
  }

  /** A view as indented text, as a person sees it with everything expanded. */
  text(name: string): string {
    return isViewName(name) ? treeText(this.#nodes(name)) : '';
  }

  dispose(): void {
    for (const view of this.#views.values()) view.dispose();
  }

  #nodes(name: ViewName): readonly TreeNode[] {
    return models[name](this.#world(), { now: Date.now() });
  }
}
