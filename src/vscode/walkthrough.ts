import type { CommandId } from './commands.ts';
import type { BuiltInCommand } from './screen.ts';

interface Step {
  readonly title: string;
  readonly description: string;
  /** What a person sees beside the step, for those who do not see the picture. */
  readonly altText: string;
  /** What checks the step off. */
  readonly done: readonly (`onCommand:${CommandId}` | `onContext:${string}` | `onView:${string}`)[];
}

const button = (text: string, command: CommandId | BuiltInCommand): string =>
  `\n[${text}](command:${command})`;

/** The first minutes, a picture each: `media/walkthrough/<id>.svg`, drawn in the colours of the theme. */
const steps = {
  connect: {
    title: 'Let your agents join',
    description: `Lineclear finds the agents on your PATH that speak the [Agent Client Protocol](https://agentclientprotocol.com), and lists those of its registry. Connect one: it is tried out and given its roles. Your own scripts are named in the [configuration](command:lineclear.openConfiguration).${button('Connect Agent', 'lineclear.connectAgent')}`,
    altText: 'Several agents are connected to one log in the workspace.',
    done: ['onCommand:lineclear.connectAgent', 'onContext:lineclear.agents > 0'],
  },
  create: {
    title: 'Say what should be done',
    description: `One sentence is enough. A planner looks at your workspace and makes a plan; nothing is changed yet.${button('Create Task', 'lineclear.createTask')}`,
    altText: 'A field with one sentence, and which agents plan, code and review.',
    done: ['onContext:lineclear.tasks > 0'],
  },
  plan: {
    title: 'Read the plan',
    description: `It waits in the Inbox and on the status bar. Comment on what you want different and request changes: a new revision comes back.${button('Open Plan', 'lineclear.openPlan')}`,
    altText: 'A plan of three chunks with their files, and the buttons Approve, Request changes and Reject.',
    done: ['onCommand:lineclear.openPlan'],
  },
  approve: {
    title: 'Give line clear',
    description: `No coder starts before you approved this very revision: from the command palette, the row, the panel, the notification or the terminal.${button('Approve Plan', 'lineclear.approvePlan')}`,
    altText: 'Approve Plan in the command palette, and a railway signal that shows green.',
    done: ['onCommand:lineclear.approvePlan'],
  },
  watch: {
    title: 'Watch, answer, or go away',
    description:
      'The sidebar tells who works, who waits for you and what went wrong. Close the window if you like: the agents go on, and the next window shows where they are.',
    altText: 'The sidebar with a question in the Inbox, two agents and the chunks of a task.',
    done: ['onView:lineclear.agents'],
  },
  everywhere: {
    title: 'One log, every view',
    description: `Windows, terminals and scripts read and write the same log. Look at what happened, or take it with you as JSON lines.${button('Show Events', 'lineclear.showEvents')}`,
    altText: 'Two windows, a terminal and scripts around one log.',
    done: ['onCommand:lineclear.showEvents'],
  },
} as const satisfies Record<string, Step>;

export const WALKTHROUGH = 'start';

/** As package.json lists them. */
export const walkthroughs = [
  {
    id: WALKTHROUGH,
    title: 'Get Started with Lineclear',
    description: 'Several coding agents, one calm view: nothing runs before you gave line clear.',
    steps: Object.entries(steps).map(([id, { title, description, altText, done }]) => ({
      id,
      title,
      description,
      media: { svg: `media/walkthrough/${id}.svg`, altText },
      completionEvents: done,
    })),
  },
];
