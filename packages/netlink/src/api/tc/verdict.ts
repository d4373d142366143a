import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { TC_ACT } from '../../route/index.js'
import { computed, count, type Parsed, type WordKind, type WordTable } from './words.js'

const verdicts = {
  ...{ continue: TC_ACT.UNSPEC, pass: TC_ACT.OK, ok: TC_ACT.OK, reclassify: TC_ACT.RECLASSIFY, drop: TC_ACT.SHOT },
  ...{ pipe: TC_ACT.PIPE, stolen: TC_ACT.STOLEN, trap: TC_ACT.TRAP },
} as const

const LARGEST = 0x0fffffff

/** A verdict on a packet: a word, the chain that is next, or the number of actions to skip. */
export type Verdict =
  | keyof typeof verdicts
  | {
      /** Chain of filters that is next: its number. tc: `goto chain`. */
      readonly goto: number
    }
  | {
      /** Number of actions to skip. */
      readonly jump: number
    }
  | number

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

/** Options of all kinds. */
const general = {
  /** Number of the action, by which filters share it. By default the kernel chooses one. */
  index: count,
  /** Verdict after the action: `pass`, `drop`, `pipe`, … The default is that of the kind in tc. */
  control: verdict,
}

/** An action whose options tc computes. Declaration files name this type, so that the comments of `general` are shown in editors. */
export interface ActionWords<T extends WordTable> extends Omit<WordKind, 'table'> {
  readonly table: T & typeof general
}

/** Declares an action whose options tc computes: those of `table`, and those of all kinds. */
export const action = <const T extends WordTable>(
  table: T,
  build: (parsed: Parsed<T & typeof general>, under: string) => object,
  more: Pick<WordKind, 'isEmptyAllowed' | 'required'> = {},
): ActionWords<T> => computed({ ...general, ...table }, build as never, more)

/** Returns the members that the options of most kinds begin with. */
export const parmsOf = ({ index = 0, control }: Parsed<typeof general>, byDefault: number) => ({
  ...{ index, capab: 0, action: control ?? byDefault, refcnt: 0, bindcnt: 0 },
})
