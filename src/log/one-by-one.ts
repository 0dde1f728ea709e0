/**
 * The items of all pages one after another, for one reader that awaits each before it asks for the next, as
 * `for await` does. A generator that yields every item would take as long for that as for reading it.
 */
export function oneByOne<T>(pages: AsyncGenerator<readonly T[], void, void>): AsyncIterable<T> {
  let items: Iterator<T, undefined> = [].values();
  const iterator: AsyncIterator<T, undefined> = {
    async next() {
      for (;;) {
        const item = items.next();
        if (!item.done) return item;
        const page = await pages.next();
        if (page.done) return { done: true, value: undefined };
        items = page.value.values();
      }
    },
    async return() {
      await pages.return();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
