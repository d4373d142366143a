import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { TC_ACT } from '../../route/index.js'
import { count, type Parsed } from './words.js'

const verdicts = {
  ...{ continue: TC_ACT.UNSPEC, pass: TC_ACT.OK, ok: TC_ACT.OK, reclassify: TC_ACT.RECLASSIFY, drop: TC_ACT.SHOT },
  ...{ pipe: TC_ACT.PIPE, stolen: TC_ACT.STOLEN, trap: TC_ACT.TRAP },
} as const

const LARGEST = 0x0fffffff

/** A verdict on a packet: a word, the chain that is next, or the number of actions to skip. */
export type Verdict = keyof typeof verdicts | { readonly goto: number } | { readonly jump: number } | number

/** Returns TC_ACT_* of a verdict. @throws {TypeError} */
export function verdict(option: string, given: Verdict): number {
  if (typeof given === 'number') return given
  if (isPlainObject(given)) {
    const [[key, number] = ['', undefined], ...more] = Object.entries(given)
    const isValid = more.length === 0 && Number.isInteger(number) && Number(number) >= 0 && Number(number) <= LARGEST
    if (isValid && key === 'goto') return TC_ACT.GOTO_CHAIN | Number(number)
    if (isValid && key === 'jump') return TC_ACT.JUMP | Number(number)
  }
  if (typeof given === 'string' && Object.hasOwn(verdicts, given)) return verdicts[given]
  throw new ArgumentError(
    `expected ${option} to be one of ${Object.keys(verdicts).join(', ')}, or { goto: chain } or { jump: actions }, got ${show(given)}`,
  )
}

/** Words of a verdict, for the shorthand of gact. */
export const isVerdictWord = (word: string) => Object.hasOwn(verdicts, word)

/** The number of the action, by which others share it, and the verdict. */
export const general = { index: count, control: verdict }

/** Returns the members that the options of most kinds begin with. */
export const parmsOf = ({ index = 0, control }: Parsed<typeof general>, byDefault: number) => ({
  ...{ index, capab: 0, action: control ?? byDefault, refcnt: 0, bindcnt: 0 },
})
