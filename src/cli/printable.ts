import { stripVTControlCharacters } from 'node:util';

/**
 * What a terminal would obey instead of show: control characters, and the invisible marks that turn the direction of
 * text, with which a command can be made to look like another one.
 */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function visible(character: string): string {
  if (character === '\t') return character;
  if (character === '\n' || character === '\r') return ' ';
  const code = character.charCodeAt(0);
  // The pictures of control characters stand in the same order as the characters.
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : escaped(character);
}

/** The text on one line, safe for a terminal: colours and the like are dropped, what is left is made visible. */
export function printable(text: string): string {
  return stripVTControlCharacters(text.toWellFormed()).replace(COMMANDS, visible);
}

/** JSON that is safe for a terminal and still the same JSON: these characters occur in strings only, but for white space. */
export const printableJson = (json: string): string =>
  json.replace(COMMANDS, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
