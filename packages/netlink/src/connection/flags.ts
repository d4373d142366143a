import { ArgumentError, printable } from '../codec/index.js'
import { isIntegerIn } from '../codec/integers.js'
import { own } from '../codec/own.js'
import { type FlagOption, flagBits, type NamedMessage, NLM_F, NLM_F_DUMP } from '../message/index.js'
import { noOptions, type WaitOptions } from './options.js'

/** Options that each set one bit of `nlmsg_flags`. The declaration of a message lists those that it accepts. */
export interface FlagOptions extends Readonly<Partial<Record<FlagOption, boolean | undefined>>> {
  /** NLM_F_CREATE: create the object if it does not exist. */
  readonly create?: boolean | undefined
  /** NLM_F_EXCL: fail with `EEXIST` if the object exists. When deleting IP sets: fail if it does not exist. */
  readonly excl?: boolean | undefined
  /** NLM_F_REPLACE: replace the existing object. */
  readonly replace?: boolean | undefined
  /** NLM_F_APPEND: add the object after existing ones. */
  readonly append?: boolean | undefined
  /** NLM_F_NONREC: delete the object only if it is empty. */
  readonly nonrec?: boolean | undefined
  /** NLM_F_BULK: delete all objects that match. */
  readonly bulk?: boolean | undefined
  /** NLM_F_ROOT in a delete: delete all objects. RTM_DELACTION then deletes all actions of one kind. */
  readonly root?: boolean | undefined
}

/** Options of every request. */
export interface CommonOptions {
  /** NLM_F_ECHO: the kernel replies with the object that was created, changed or deleted. */
  readonly echo?: boolean | undefined
  /**
   * Further bits of `nlmsg_flags`, for flags without an option. NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK and NLM_F_ECHO are not
   * allowed, because the library sets them. For a get, NLM_F_ROOT and NLM_F_MATCH are not allowed either: use a dump.
   */
  readonly flags?: number | undefined
}

/** Options of a request. `F` are the options for flags that its message accepts. */
export type RequestOptions<F extends FlagOption = FlagOption> = Pick<FlagOptions, F> & CommonOptions

const RESERVED = NLM_F.REQUEST | NLM_F.MULTI | NLM_F.ACK | NLM_F.ECHO

/** Returns the bits of the option `flags`. @throws {TypeError} if they exceed 16 bits or include one that is not allowed */
export function rawFlags({ name, isGet }: Pick<NamedMessage, 'name' | 'isGet'>, value: unknown): number {
  if (!isIntegerIn(value, 0, 0xffff))
    throw new ArgumentError(
      `${name}: expected option flags to be an integer from 0 to 65535, got ${printable(String(value))}`,
    )
  const reserved = value & (isGet ? RESERVED | NLM_F_DUMP : RESERVED)
  if (reserved !== 0) {
    throw new ArgumentError(
      `${name}: expected option flags without the bits that the library sets, got 0x${value.toString(16)} with 0x${reserved.toString(16)}`,
    )
  }
  return value
}

/** Returns the NLM_F_* bits of a request. @throws {TypeError} if the message does not accept one of the options */
export function nlmFlags(message: NamedMessage, options: RequestOptions): number {
  if (options === none) return 0
  const { name, accepts } = message
  let flags = 0
  for (const key of Object.keys(options)) {
    const value: unknown = options[key as keyof RequestOptions]
    const isFlag = accepts.includes(key as FlagOption)
    if (!isFlag && key !== 'echo' && key !== 'flags') {
      // An option that is false or undefined sets no flag.
      if (Object.hasOwn(flagBits, key) && (value === undefined || value === false)) continue
      throw new ArgumentError(
        `${name}: expected the options ${[...accepts, 'echo', 'flags'].join(', ')}, got '${printable(key)}'`,
      )
    }
    if (value === undefined) continue
    if (key === 'flags') flags |= rawFlags(message, value)
    else if (typeof value !== 'boolean')
      throw new ArgumentError(`${name}: expected option ${key} to be true or false, got ${printable(String(value))}`)
    else if (value) flags |= isFlag ? flagBits[key as FlagOption] : NLM_F.ECHO
  }
  return flags
}

/** The options of a request without any: {@link noOptions}. */
export const none: RequestOptions & WaitOptions = noOptions

/** Separates the options that set flags from those that limit the wait. @throws {TypeError} if the options are invalid */
export function splitOptions(name: string, options: RequestOptions & WaitOptions) {
  if (options === none) return { flags: none, wait: none }
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`${name}: expected options, got ${printable(String(options))}`)
  if (!('timeout' in options || 'signal' in options)) return { flags: options, wait: none }
  const { timeout: _timeout, signal: _signal, ...flags } = options
  return { flags, wait: { timeout: own(options, 'timeout'), signal: own(options, 'signal') } }
}

/** The options of a dump that set flags. */
export type DumpFlags = Pick<CommonOptions, 'flags'>

/** Separates the flags of a dump from the options that limit the wait. @throws {TypeError} if the options are invalid */
export function splitDumpOptions(message: NamedMessage, options: WaitOptions & DumpFlags) {
  if (options === none) return { flags: 0, wait: none }
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`${message.name}: expected options, got ${printable(String(options))}`)
  const { flags: _flags, ...wait } = options
  const flags = own(options, 'flags')
  return { flags: flags === undefined ? 0 : rawFlags(message, flags), wait }
}
