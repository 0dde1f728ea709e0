/** A translated text with an element in the place of `{0}`. */
export function filled(text: string, element: unknown): readonly unknown[] {
  const [before, after] = text.split('{0}');
  return [before, element, after];
}
