import { commands } from './commands.ts';
import { restrictedSettings, settings } from './settings.ts';
import { walkthroughs } from './walkthrough.ts';
import { welcomeViews } from './welcome-views.ts';

const CONTAINER = 'lineclear';

/** The views, in their order in the sidebar. */
export const viewNames = {
  inbox: { name: 'Inbox', icon: 'inbox', initialSize: 2 },
  agents: { name: 'Agents', icon: 'robot', initialSize: 2 },
  tasks: { name: 'Tasks', icon: 'tasklist', initialSize: 3 },
  memory: { name: 'Memory', icon: 'notebook', initialSize: 2 },
  // Only while there is one: most people never have any.
  deadLetters: { name: 'Dead Letters', icon: 'mail', initialSize: 1, when: 'lineclear.deadLetters > 0' },
  activity: { name: 'Activity', icon: 'pulse', initialSize: 2 },
} as const;

export type ViewName = keyof typeof viewNames;

export const viewId = <V extends ViewName>(view: V): `lineclear.${V}` => `lineclear.${view}`;

const entries = Object.entries(commands);

function menus() {
  const placed = entries.flatMap(([command, { placements = [] }]) =>
    placements.map(({ menu, when, group }) => ({ menu, entry: { command, when, group } })),
  );
  const of = (name: string) => placed.filter(({ menu }) => menu === name).map(({ entry }) => entry);
  return {
    'view/title': of('view/title'),
    'view/item/context': of('view/item/context'),
    'editor/title': of('editor/title'),
    commandPalette: entries.flatMap(([command, { palette }]) =>
      palette === true ? [] : [{ command, when: palette === false ? 'false' : palette }],
    ),
  };
}

/** What package.json says under `contributes`: a test holds the two equal. */
export const contributions = () => ({
  viewsContainers: { activitybar: [{ id: CONTAINER, title: 'Lineclear', icon: 'media/icon.svg' }] },
  views: {
    [CONTAINER]: Object.entries(viewNames).map(([id, { icon, ...view }]) => ({
      id: `lineclear.${id}`,
      icon: `$(${icon})`,
      contextualTitle: 'Lineclear',
      ...view,
    })),
  },
  viewsWelcome: welcomeViews,
  walkthroughs,
  commands: entries.map(([command, { title, icon }]) => ({
    command,
    title,
    category: 'Lineclear',
    ...(icon === undefined ? {} : { icon: `$(${icon})` }),
  })),
  menus: menus(),
  configuration: { title: 'Lineclear', properties: settings },
});

/** What package.json says under `capabilities`. */
export const capabilities = () => ({
  untrustedWorkspaces: {
    supported: 'limited',
    description:
      'In Restricted Mode, Lineclear shows what its log says. It starts no agents, and nothing can be created, approved or decided.',
    restrictedConfigurations: restrictedSettings,
  },
  virtualWorkspaces: {
    supported: false,
    description: 'Lineclear keeps its log in a file of the workspace and runs agents in its folder.',
  },
});
