import type { Command } from 'commander';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';

export function addStopAgent(program: Command, door: Door): void {
  const command = program
    .command('stop-agent')
    .description('end an agent')
    .argument('<agent>', 'id of the agent, as in lineclear list --agents')
    .action((agentId: string) =>
      door.withApp(async (app) => {
        const event = await app.execute({ command: 'stop_agent', agent_id: agentId });
        await reportCommand(door, app, {
          event,
          text: `${agentId} is being stopped.`,
          needsOrchestrator: true,
        });
      }),
    );
  withExamples(command, 'lineclear stop-agent coder-2');
}
