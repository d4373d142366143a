import { Buffer } from '../../../codec/buffer.js'
import { printable } from '../../../codec/index.js'
import { Placeholder, type Word } from './words.js'

const plain = /^[\w@%+=:,./-]+$/

/**
 * Quotes a word for sh. Text that would control a terminal is written by printf(1), so that the command itself can be
 * printed. Returns undefined for a word at whose end sh would remove line breaks.
 */
export function shellWord(word: string): string | undefined {
  if (plain.test(word)) return word
  if (printable(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`
  if (word.endsWith('\n') || word.includes('\0')) return undefined
  const octal = [...Buffer.from(word)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
  return `"$(printf '${octal.join('')}')"`
}

/** Returns a command line; undefined if one of its words cannot be written. */
export function commandLine(words: readonly Word[]): string | undefined {
  const quoted = words.map((word) => (word instanceof Placeholder ? String(word) : shellWord(word)))
  return quoted.includes(undefined) ? undefined : quoted.join(' ')
}
