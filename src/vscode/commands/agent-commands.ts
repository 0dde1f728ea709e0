import * as z from 'zod';
import { pauseAgent, resumeAgent, sendPrompt, showAgentOutput, stopAgent } from '../handlers/agents.ts';
import { groupAgents, sortAgents } from '../handlers/arrange.ts';
import { connectAgent } from '../handlers/connect.ts';
import { targetSchema } from '../target.ts';
import { agentGrouping, agentSorting } from '../view-options.ts';
import { type Command, inMenu, inTitle, inline, row, withLog } from './define-command.ts';

/** Commands about agents and the process that runs them. */
export const agentCommands = {
  'lineclear.connectAgent': withLog({
    title: 'Connect Agent…',
    icon: 'plug',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.agents && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: 'navigation@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({}),
    handle: (context) => connectAgent(context),
  }),
  'lineclear.sendPrompt': withLog({
    title: 'Send Prompt…',
    icon: 'comment-discussion',
    palette: 'lineclear.openTasks > 0',
    placements: [inMenu(row('agent live'), '2_show@1'), inMenu(row('task active'), '2_show@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ text: z.string().optional(), interrupt: z.boolean().optional() }),
    handle: sendPrompt,
  }),
  'lineclear.pauseAgent': withLog({
    title: 'Pause Agent',
    icon: 'debug-pause',
    palette: 'lineclear.liveAgents > 0',
    placements: [inline('viewItem =~ /^agent live$/', 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: pauseAgent,
  }),
  'lineclear.resumeAgent': withLog({
    title: 'Resume Agent',
    icon: 'debug-continue',
    palette: 'lineclear.pausedAgents > 0',
    placements: [inline(row('agent live paused'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: resumeAgent,
  }),
  'lineclear.stopAgent': withLog({
    title: 'Stop Agent',
    icon: 'debug-stop',
    palette: 'lineclear.liveAgents > 0',
    placements: [inline(row('agent live'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: stopAgent,
  }),
  'lineclear.showAgentOutput': withLog({
    title: 'Show Agent Output',
    icon: 'terminal',
    palette: 'lineclear.log == open',
    placements: [inline(row('agent'), 3), inMenu(row('agent'), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: showAgentOutput,
  }),
  'lineclear.groupAgents': withLog({
    title: 'Group Agents…',
    icon: 'group-by-ref-type',
    palette: 'lineclear.log == open',
    placements: [inTitle('agents', 'navigation@1')],
    trusted: false,
    log: 'existing',
    input: z.object({ groupAgents: agentGrouping.optional() }),
    handle: groupAgents,
  }),
  'lineclear.sortAgents': withLog({
    title: 'Sort Agents…',
    icon: 'sort-precedence',
    palette: 'lineclear.log == open',
    placements: [inTitle('agents', 'navigation@2')],
    trusted: false,
    log: 'existing',
    input: z.object({ sortAgents: agentSorting.optional() }),
    handle: sortAgents,
  }),
  'lineclear.startOrchestrator': withLog({
    title: 'Start Orchestrator',
    palette: 'lineclear.log == open',
    trusted: true,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.start(),
  }),
  'lineclear.stopOrchestrator': withLog({
    title: 'Stop Orchestrator',
    palette: 'lineclear.log == open',
    trusted: true,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.stop(),
  }),
  'lineclear.showOrchestratorLog': withLog({
    title: 'Show Orchestrator Log',
    palette: 'lineclear.log == open',
    trusted: false,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.showLog(),
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
