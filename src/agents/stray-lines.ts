import { LineclearError } from '../contract/errors.ts';
import { plainLine } from './plain-text.ts';

/** What an agent prints beside the protocol. A little is forgiven: some greet, or let a library print. */
export interface StrayLines {
  /** True when it is too much. */
  add(line: string): boolean;
  /** The first of them in a row, empty when there are none. */
  readonly text: string;
  /** `agent_protocol`, with the first line. */
  error(): LineclearError;
}

const FORGIVEN = 20;
const KEPT = 3;

export function collectStrayLines(agent: string): StrayLines {
  const kept: string[] = [];
  let count = 0;
  return {
    add(line) {
      count += 1;
      if (kept.length < KEPT) kept.push(plainLine(line, 200));
      return count > FORGIVEN;
    },
    get text() {
      return kept.join(' ');
    },
    error: () =>
      new LineclearError(
        'agent_protocol',
        `${agent} prints something else than the Agent Client Protocol: “${kept[0] ?? ''}”`,
      ),
  };
}
