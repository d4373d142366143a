import type { DissectedMessage } from '../../dissect/index.js'
import { type Style, type Styled, styled } from '../../inspect/index.js'
import { clockTime, now } from '../time.js'

/** Marks a line: an object was added, changed or removed, announced without a change, or events were lost. */
export type Sign = '+' | '~' | '–' | '=' | '!'

/** A line of the default view. */
export interface Entry {
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly sign: Sign
  /** Kind of the object: `link`. */
  readonly kind: string
  readonly name: string
  readonly details: readonly string[]
  /** The cause of a change that was not announced: `silent: br0 lost its carrier`. */
  readonly note?: string | undefined
  /** Returns the messages that a filter selects the entry by: those with the states before and after. Undefined: it is always shown. */
  readonly about?: () => readonly DissectedMessage[]
}

/** Widths of the columns of kinds and names. Longer ones shift the rest of their line. */
const KIND = 6
const NAME = 16

const styles: Readonly<Record<Sign, Style>> = { '+': 'good', '~': 'mark', '–': 'bad', '=': 'faint', '!': 'bad' }

/** Returns the line of an entry: `12:04:31.118873 ~ link   veth3  mtu 1500 → 1400`. */
export function entryLine({ time, sign, kind, name, details, note }: Entry, utc: boolean, prefix: string): Styled[] {
  const text = details.join(sign === '~' ? ', ' : ' ')
  return [
    styled(`${clockTime(time, utc)} `, 'faint'),
    styled(prefix),
    styled(`${sign} `, styles[sign]),
    styled(`${kind.padEnd(KIND)} `, 'kind'),
    styled(text === '' ? name : `${name.padEnd(Math.max(0, NAME + KIND - Math.max(KIND, kind.length)))}  `, 'strong'),
    styled(text),
    ...(note === undefined ? [] : [styled(`   ${note}`, 'faint')]),
  ]
}

/** Returns an entry that concerns no object. */
export const reportEntry = (kind: string, details: string): Entry => ({
  time: now(),
  sign: '!',
  kind,
  name: '',
  details: [details],
})

/** Returns the entry for notifications that the kernel dropped. */
export const lostEntry = (): Entry => reportEntry('lost', 'the buffer was full; reading anew')
