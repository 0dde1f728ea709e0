/**
 * JSON of an object in pieces, each element of a list one of its own; joined they are what `JSON.stringify` gives. Takes no
 * more time at once than one piece needs: what is in the object must not change meanwhile.
 */
export function* jsonPieces(object: Readonly<Record<string, unknown>>): Generator<string, void> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (Array.isArray(value)) yield* listPieces(value);
    else yield JSON.stringify(value);
  }
  yield before === '{' ? '{}' : '}';
}

function* listPieces(values: readonly unknown[]): Generator<string, void> {
  yield '[';
  for (const [index, value] of values.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(value)}`;
  yield ']';
}
