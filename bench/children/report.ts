import fs from 'node:fs';

/** Nanoseconds of the monotonic clock, which all processes of a machine share. */
export const reportPosition = (position: number): void => {
  const arrived = process.hrtime.bigint();
  fs.writeSync(1, `${position} ${arrived}\n`);
};

const SETTLE_MS = 3000;
export const WINDOW_MS = 12_000;

/** With the argument `cpu` prints the share of a core (percent) that the process uses once it is at rest. */
export function reportCpu(): void {
  if (process.argv[3] !== 'cpu') return;
  setTimeout(() => {
    const before = process.cpuUsage();
    setTimeout(() => {
      const { user, system } = process.cpuUsage(before);
      fs.writeSync(1, `cpu ${((user + system) / 1000 / WINDOW_MS) * 100}\n`);
    }, WINDOW_MS);
  }, SETTLE_MS);
}
