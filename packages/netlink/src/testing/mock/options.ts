import { constants } from 'node:os'
import { printable } from '../../codec/index.js'
import { rtnetlink } from '../../route/index.js'
import { printed } from '../printed.js'

/** Options of these names only: one that is misspelt would be passed over. @throws {TypeError} */
export function expectOptions(options: unknown, of: string, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`expected options of ${of}, got ${printed(options)}`)
  for (const key of Object.keys(options))
    if (!known.includes(key))
      throw new TypeError(`expected options of ${of} to be of ${known.join(', ')}, got '${printable(key)}'`)
}

/** How often something happens; Infinity is always. @throws {TypeError} */
export function expectTimes(times: number): void {
  if (!(Number.isInteger(times) || times === Number.POSITIVE_INFINITY) || times < 1)
    throw new TypeError(`expected times to be a whole number from 1, got ${printed(times)}`)
}

/** A request that rtnetlink has. @throws {TypeError} */
export function expectRequest(request: string | undefined): void {
  if (request !== undefined && !Object.hasOwn(rtnetlink.messages, request))
    throw new TypeError(`expected the name of an rtnetlink request, e.g. RTM_NEWLINK, got ${printed(request)}`)
}

/** @throws {TypeError} */
export function expectErrno(code: string): void {
  if (!Object.hasOwn(constants.errno, code))
    throw new TypeError(`expected the name of an errno, e.g. EBUSY, got ${printed(code)}`)
}

/** What a timer can count, and not more. @throws {TypeError} */
export function expectDelay(milliseconds: number): void {
  if (!(milliseconds >= 0 && milliseconds < 2 ** 31))
    throw new TypeError(`expected a delay in milliseconds, from 0 and less than 2³¹, got ${printed(milliseconds)}`)
}
