import * as l10n from '@vscode/l10n';
import type { EventData } from '../contract/catalog.ts';
import type { EventOf } from '../contract/event.ts';
import { cpu, memory } from './wording.ts';

type Usage = EventData<'resource.used'>;

export interface AgentUsage extends Usage {
  /** When it was measured. */
  readonly at: string;
}

export type OverLimit = Pick<EventData<'resource.limit_exceeded'>, 'limit' | 'limit_value'>;

/** What can be limited of an agent's processes; the names are those of the configuration. */
export type LimitName = 'memory_mb' | 'cpu_percent' | 'disk_mb' | 'open_files';

interface Limited {
  /** The value that the limit is about; undefined where the system does not tell it. */
  readonly read: (usage: Usage) => number | undefined;
  readonly show: (value: number) => string;
}

const limited: Readonly<Record<LimitName, Limited>> = {
  memory_mb: { read: (usage) => usage.memory_mb, show: (value) => l10n.t('{0} of memory', memory(value)) },
  cpu_percent: { read: (usage) => usage.cpu_percent, show: cpu },
  disk_mb: {
    read: (usage) => usage.disk_usage_mb,
    show: (value) => l10n.t('{0} of disk traffic', memory(value)),
  },
  open_files: { read: (usage) => usage.file_count, show: (value) => l10n.t('{0} open files', value) },
};

export const isLimitName = (name: string): name is LimitName => Object.hasOwn(limited, name);

/** What the limit is about, as it was measured. */
export const usedOf = (usage: Usage, limit: LimitName): number | undefined => limited[limit].read(usage);

/** `4.0 GB of memory` */
export const amountWords = (limit: LimitName, value: number): string => limited[limit].show(value);

/** `over its limit of 4.0 GB of memory` */
export const overLimitWords = ({ limit, limit_value }: OverLimit): string =>
  l10n.t(
    'over its limit of {0}',
    isLimitName(limit) ? amountWords(limit, limit_value) : `${limit} ${limit_value}`,
  );

/** What is known of the use after a sample; who is over a limit is so until a sample shows less. */
export function usageAfter(
  { over_limit }: { readonly over_limit?: OverLimit | undefined },
  { type, timestamp, data }: EventOf<'resource.used' | 'resource.limit_exceeded'>,
): { readonly usage: AgentUsage; readonly over_limit: OverLimit | undefined } {
  const { memory_mb, cpu_percent, disk_usage_mb, network_bytes, file_count } = data;
  const usage = { memory_mb, cpu_percent, disk_usage_mb, network_bytes, file_count, at: timestamp };
  if (type === 'resource.limit_exceeded')
    return { usage, over_limit: { limit: data.limit, limit_value: data.limit_value } };
  const limit = over_limit?.limit ?? '';
  const isOver = isLimitName(limit) && (usedOf(usage, limit) ?? 0) > (over_limit?.limit_value ?? 0);
  return { usage, over_limit: isOver ? over_limit : undefined };
}
