import type { Command } from 'commander';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';

const WORDS = {
  pause: { does: 'let an agent stand still', done: 'is being paused' },
  resume: { does: 'let a paused agent go on', done: 'goes on' },
} as const;

const add = (way: keyof typeof WORDS) => (program: Command, door: Door) => {
  const { does, done } = WORDS[way];
  const command = program
    .command(`${way}-agent`)
    .description(does)
    .argument('<agent>', 'id of the agent, as in lineclear list --agents')
    .action((agentId: string) =>
      door.withApp(async (app) => {
        const event = await app.execute({ command: `${way}_agent`, agent_id: agentId });
        await reportCommand(door, app, { event, text: `${agentId} ${done}.`, needsOrchestrator: true });
      }),
    );
  withExamples(command, `lineclear ${way}-agent coder-2`);
};

export const addPauseAgent = add('pause');
export const addResumeAgent = add('resume');
