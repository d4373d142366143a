import { handleNumber } from '../values/handle.js'
import { flag, type Parsed } from './words.js'

// Options that most kinds of filters have.

/** Returns the handle of a class. */
export const classid = (option: string, handle: number | `${string}:${string}`) =>
  typeof handle === 'number' ? handle : handleNumber(option, handle)

/** Offload to hardware. */
export const hardware = {
  /** True: not in hardware. */
  skipHw: flag,
  /** True: only in hardware. */
  skipSw: flag,
}
const SKIP_HW = 1
const SKIP_SW = 2

/** Returns TCA_CLS_FLAGS_* */
export const hardwareFlags = ({ skipHw, skipSw }: Parsed<typeof hardware>) =>
  (skipHw ? SKIP_HW : 0) | (skipSw ? SKIP_SW : 0)
export const unlessZero = (value: number) => (value === 0 ? undefined : value)
