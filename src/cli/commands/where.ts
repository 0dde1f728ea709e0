import type { Command } from 'commander';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { type Cell, alignColumns } from '../line.ts';

export function addWhere(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('where')
    .description('show which workspace, log and configuration are in use')
    .action(() =>
      withApp(async (app) => {
        const { root, logPlace, orchestratorLog, configFiles, agentNames, userId } = app;
        const orchestrator = await app.orchestrator();
        const document = {
          root,
          log: logPlace,
          orchestrator_log: orchestratorLog,
          config_files: configFiles,
          agent_names: agentNames,
          user_id: userId,
          orchestrator: orchestrator ?? null,
        };
        await terminal.result(document, () => {
          const running = orchestrator
            ? `process ${orchestrator.pid} on ${orchestrator.host}`
            : 'not running';
          const rows: readonly (readonly Cell[])[] = [
            ['Workspace', root],
            ['Log', logPlace],
            ['Configuration', configFiles.join(', ') || 'defaults only'],
            ['Agents', agentNames.join(', ') || 'none configured or installed'],
            ['You', userId],
            ['Orchestrator', running],
          ];
          return alignColumns(rows);
        });
      }),
    );
  withExamples(command, 'lineclear where', 'lineclear where --json | jq -r .log');
}
