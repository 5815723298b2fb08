/**
 * Makes texts from files and boards printable. Two kinds of characters could deceive: control characters, which a
 * terminal executes, and those that change the direction of text or end a line unnoticed.
 */

/** Characters that change directions, such as U+202E, and two that end lines. */
const DECEIVING = '\\p{Bidi_Control}\\u2028\\u2029';

const IN_TEXT = new RegExp(`[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f${DECEIVING}]|\\p{Cs}`, 'gu');
const IN_LINE = new RegExp(`[\\0-\\x1f\\x7f-\\x9f${DECEIVING}]|\\p{Cs}`, 'gu');
const IN_JSON = new RegExp(`[\\x7f-\\x9f${DECEIVING}]`, 'gu');

/** Replaces all control characters except tabs and line breaks, and characters that change directions. */
export function printable(text: string): string {
  return text.replace(IN_TEXT, '\ufffd');
}

/** Replaces the same characters, tabs and line breaks: a name must not look like further lines of output. */
export function printableLine(text: string): string {
  return text.replace(IN_LINE, '\ufffd');
}

/** Formats a value as JSON in one line, with the same characters as escapes. */
export function printableJson(value: object): string {
  const escaped = (text: string) => `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(IN_JSON, escaped);
}
