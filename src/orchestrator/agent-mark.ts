import { createHash } from 'node:crypto';

/**
 * What the processes of an agent are marked with. Derived from what is known of it for good, so that an orchestrator
 * that starts after a crash finds them also when nothing of them was recorded.
 */
export const agentMark = (cwd: string, agentId: string): string =>
  createHash('sha256').update(`${cwd}\n${agentId}`).digest('hex').slice(0, 32);
