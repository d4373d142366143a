import { ArgumentError, show } from '../../codec/index.js'
import { type TeamOptionAttrs, teamOptionTypes } from '../../generic/team.js'
import { type Accepted, BOOLEAN, checkValue, integers, U32 } from '../values/accepted.js'
import type { TeamOption, TeamValue } from './types.js'

/** TEAM_STRING_MAX_LEN, linux/if_team.h: with the nul */
const MOST_TEXT = 32

/** The types of options: number in a message, and the values that are accepted. */
const types: Readonly<Record<TeamOption['type'], readonly [number: number, Accepted]>> = {
  u32: [teamOptionTypes.U32, U32],
  s32: [teamOptionTypes.S32, integers(-0x80000000, 0x7fffffff)],
  string: [
    teamOptionTypes.STRING,
    {
      allowed: `a text of up to ${MOST_TEXT - 1} bytes`,
      fits: (value) => typeof value === 'string' && !value.includes('\0') && Buffer.byteLength(value) < MOST_TEXT,
    },
  ],
  bool: [teamOptionTypes.FLAG, BOOLEAN],
  binary: [teamOptionTypes.BINARY, { allowed: 'bytes', fits: (value) => value instanceof Uint8Array }],
}

const words = new Map(Object.entries(types).map(([word, [number]]) => [number, word as TeamOption['type']]))

/** Returns the word of a type in a message. */
export const typeOf = (number: number | undefined): TeamOption['type'] => words.get(number ?? 0) ?? 'binary'

/** Checks that a value can be that of an option, before its type is known. @throws {TypeError} */
export function checkAnyValue(value: TeamValue): void {
  if (!Object.values(types).some(([, accepted]) => accepted.fits(value)))
    throw new ArgumentError(`expected value of option to be a number, a text, true, false or bytes, got ${show(value)}`)
}

/** Returns the type and data of a value. @throws {TypeError} if it is not of this type */
export function typedValue(name: string, type: TeamOption['type'], value: TeamValue): TeamOptionAttrs {
  const [number, accepted] = types[type]
  checkValue(`value of option ${name}`, value, accepted)
  // A flag is sent for true only.
  return { type: number, ...(value !== false && { data: value }) } as TeamOptionAttrs
}
