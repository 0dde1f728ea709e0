// Appends 1,000 events per second for a while, by many agents in turn: node steady-writer.ts LOG AGENTS SECONDS
// AGENTS is a JSON file with pairs of task id and agent id.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openLog } from '../../src/log/open.ts';
import { activity } from '../sample-tasks.ts';

const PER_TURN = 20;
const TURN_MS = 20;

const [, , file = '', agentsFile = '', seconds = ''] = process.argv;
const agents = z
  .array(z.tuple([z.string(), z.string()]))
  .min(1)
  .parse(JSON.parse(fs.readFileSync(agentsFile, 'utf8')));
const { log } = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
const begin = performance.now();
for (let turn = 0; turn * TURN_MS < Number(seconds) * 1000; turn += 1) {
  const drafts = Array.from({ length: PER_TURN }, (_, index) => {
    const at = turn * PER_TURN + index;
    const [task_id = '', source_agent_id = ''] = agents[at % agents.length] ?? [];
    const call_chain = [source_agent_id];
    // By the agent's turn, so that each of them does one thing after the other.
    return {
      task_id,
      source: 'bench',
      source_agent_id,
      call_chain,
      ...activity(Math.floor(at / agents.length) + at),
    };
  });
  await log.append(drafts);
  await sleep(Math.max(0, begin + (turn + 1) * TURN_MS - performance.now()));
}
await log.close();
