/** Marks that turn the direction of writing or take no room, so that a text reads differently than it is. */
const DECEPTIVE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** A text of an agent as it is: with it, a file name or a line of code cannot pose as another one. */
export const legible = (text: string): string => text.replace(DECEPTIVE, '\ufffd');
