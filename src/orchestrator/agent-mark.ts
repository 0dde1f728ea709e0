import { createHash } from 'node:crypto';

const prefixOf = (cwd: string, agentId: string): string =>
  `${createHash('sha256').update(`${cwd}\n${agentId}`).digest('hex').slice(0, 32)}.`;

/**
 * What the processes of an agent are marked with. Derived from what is known of it for good, so that an orchestrator
 * that starts after a crash finds them also when nothing of them was recorded; and of the term, the token of the lease
 * of the orchestrator that starts them, so that one whose lease was lost while it hung does not end its successor's.
 */
export const agentMark = (cwd: string, agentId: string, term: number): string =>
  `${prefixOf(cwd, agentId)}${term}`;

/** The marks of the agent among these, of whatever term. */
export const marksOf = (cwd: string, agentId: string, marks: Iterable<string>): readonly string[] =>
  [...marks].filter((mark) => mark.startsWith(prefixOf(cwd, agentId)));
