/** A failed delivery is tried again after one, four and sixteen seconds; then it is parked. Milliseconds. */
export const RETRY_DELAYS_MS: readonly number[] = [1000, 4000, 16_000];
