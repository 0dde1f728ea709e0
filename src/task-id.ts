import { randomInt } from 'node:crypto';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A readable id: the first words of the description, and five random letters or digits that are hard to confuse. */
export function newTaskId(description: string): string {
  const words = description
    .toLowerCase()
    .replaceAll(/\[[^\]]*\]/g, '')
    .match(/[a-z0-9]+/g);
  const slug = (words ?? ['task']).slice(0, 5).join('-').slice(0, 40);
  return `${slug}-${Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}
