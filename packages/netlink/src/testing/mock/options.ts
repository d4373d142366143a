import { constants } from 'node:os'
import { ArgumentError, printable } from '../../codec/index.js'
import { rtnetlink } from '../../route/index.js'
import { inspected } from '../inspected.js'

/** Checks that options have known names. @throws {TypeError} */
export function checkOptions(options: unknown, of: string, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`expected options of ${of}, got ${inspected(options)}`)
  for (const key of Object.keys(options))
    if (!known.includes(key))
      throw new ArgumentError(`expected options of ${of} to be of ${known.join(', ')}, got '${printable(key)}'`)
}

/** Checks a number of repetitions; Infinity is valid. @throws {TypeError} */
export function checkTimes(times: number): void {
  if (!(Number.isInteger(times) || times === Number.POSITIVE_INFINITY) || times < 1)
    throw new ArgumentError(`expected times to be a whole number from 1, got ${inspected(times)}`)
}

/** Checks the name of a request of rtnetlink. @throws {TypeError} */
export function checkRequest(request: string | undefined): void {
  if (request !== undefined && !Object.hasOwn(rtnetlink.messages, request))
    throw new ArgumentError(`expected the name of an rtnetlink request, e.g. RTM_NEWLINK, got ${inspected(request)}`)
}

/** Checks the name of an errno. @throws {TypeError} */
export function checkErrno(code: string): void {
  if (!Object.hasOwn(constants.errno, code))
    throw new ArgumentError(`expected the name of an errno, e.g. EBUSY, got ${inspected(code)}`)
}

/** Checks a delay in milliseconds, which must not exceed the limit of timers. @throws {TypeError} */
export function checkDelay(milliseconds: number): void {
  if (!(milliseconds >= 0 && milliseconds < 2 ** 31))
    throw new ArgumentError(
      `expected a delay in milliseconds, from 0 and less than 2³¹, got ${inspected(milliseconds)}`,
    )
}
