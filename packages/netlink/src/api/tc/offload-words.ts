import { handleNumber } from '../values/handle.js'
import { computed, flag, type Parsed, type WordKind, type WordTable } from './words.js'

// Options that most kinds of filters have.

/** Returns the handle of a class. */
const classid = (option: string, handle: number | `${string}:${string}`) =>
  typeof handle === 'number' ? handle : handleNumber(option, handle)

/** Options of all kinds. */
const general = {
  /** Class of the packets that match: `1:10`, or its number. Default: none. tc: `classid`, `flowid`. */
  classid,
}

/** Offload to hardware. */
const hardware = {
  /** True: not in hardware. Default: false. tc: `skip_hw`. */
  skipHw: flag,
  /** True: only in hardware. Default: false. tc: `skip_sw`. */
  skipSw: flag,
}

/** A filter whose options tc computes. Declaration files name this type, so that the comments of `general` are shown in editors. */
export interface FilterWords<T extends WordTable> extends Omit<WordKind, 'table'> {
  readonly table: T & typeof general
}

/** A filter that can be offloaded to hardware. */
export interface OffloadWords<T extends WordTable> extends Omit<WordKind, 'table'> {
  readonly table: T & typeof general & typeof hardware
}

/** Declares a filter whose options tc computes: those of `table`, and those of all kinds. */
export const filter = <const T extends WordTable>(
  table: T,
  build: (parsed: Parsed<T & typeof general>, under: string) => object,
): FilterWords<T> => computed({ ...table, ...general }, build as never)

/** Declares a filter that can be offloaded to hardware. */
export const offloadFilter = <const T extends WordTable>(
  table: T,
  build: (parsed: Parsed<T & typeof general & typeof hardware>, under: string) => object,
  more: Pick<WordKind, 'isEmptyAllowed'> = {},
): OffloadWords<T> => computed({ ...table, ...general, ...hardware }, build as never, more)

const SKIP_HW = 1
const SKIP_SW = 2

/** Returns TCA_CLS_FLAGS_* */
export const hardwareFlags = ({ skipHw, skipSw }: Parsed<typeof hardware>) =>
  (skipHw ? SKIP_HW : 0) | (skipSw ? SKIP_SW : 0)
export const unlessZero = (value: number) => (value === 0 ? undefined : value)
