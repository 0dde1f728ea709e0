/** A figure over time. */
export interface Trend {
  add(minute: number, value: number): void;
  readonly last: number;
  readonly highest: number;
  /** What the line of best fit through the second half rises by in a minute; 0 for less than ten points. */
  slope(): number;
}

export function createTrend(): Trend {
  const points: { readonly minute: number; readonly value: number }[] = [];
  return {
    add: (minute, value) => void points.push({ minute, value }),
    get last() {
      return points.at(-1)?.value ?? 0;
    },
    get highest() {
      return points.reduce((highest, { value }) => Math.max(highest, value), 0);
    },
    slope() {
      const half = points.slice(Math.floor(points.length / 2));
      if (half.length < 10) return 0;
      const mean = (read: (point: (typeof half)[number]) => number) =>
        half.reduce((sum, point) => sum + read(point), 0) / half.length;
      const [x, y] = [mean(({ minute }) => minute), mean(({ value }) => value)];
      const spread = mean(({ minute }) => (minute - x) ** 2);
      return spread === 0 ? 0 : mean(({ minute, value }) => (minute - x) * (value - y)) / spread;
    },
  };
}
