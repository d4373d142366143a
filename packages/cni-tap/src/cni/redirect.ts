import { isInterfaceName } from '@netloom/netlink/codec'
import { isSameNetns } from '../system/netns-identity.js'
import { CniError, ErrorCode } from './error.js'
import type { Request } from './request.js'
import type { Result } from './result.js'

/** The value of `redirect` for the interface of the previous plugins. */
const ofPrevious = 'prevResult'

/** Largest number of names in a message, and of characters of an invalid name. */
const maxShown = 32

export const invalidRedirect = (redirect: string, fact: string) =>
  new CniError(ErrorCode.invalidConfig, `invalid redirect ${JSON.stringify(redirect)}: ${fact}`)

/**
 * Returns the name of the interface to redirect. `prevResult` means the interface in CNI_NETNS that the previous plugins have
 * created; of several, the one named CNI_IFNAME.
 * @throws {CniError} 7 if there is no such interface, or if it would be the tap itself
 */
export function redirectedName(
  redirect: string,
  previous: Result,
  call: Pick<Request, 'ifname' | 'netns'>,
  tapName: string | undefined,
): string {
  const name = redirect === ofPrevious ? nameInResult(redirect, previous, call) : redirect
  if (!isInterfaceName(name))
    throw invalidRedirect(redirect, `expected the name of a device in the result, found ${shown([name])}`)
  if (name === tapName) throw invalidRedirect(redirect, 'expected another device than the tap itself')
  return name
}

function nameInResult(redirect: string, { interfaces }: Result, { ifname, netns }: Pick<Request, 'ifname' | 'netns'>) {
  const inNetns = interfaces.filter(({ sandbox }) => sandbox !== undefined && isSameNetns(sandbox, netns))
  const names = [...new Set(inNetns.map(({ name }) => name))]
  const [first] = names
  if (first !== undefined && names.length === 1) return first
  if (names.includes(ifname)) return ifname
  const expected = `expected one interface in ${JSON.stringify(netns)}, or one named ${JSON.stringify(ifname)}`
  throw invalidRedirect(redirect, `${expected}, found ${shown(names)}`)
}

/** Returns names for a message. A result can contain any number of names of any length. */
function shown(names: readonly string[]): string {
  const first = names
    .slice(0, maxShown)
    .map((name) => (isInterfaceName(name) ? name : JSON.stringify(name.slice(0, maxShown))))
  const more = names.length > maxShown ? [`${names.length - maxShown} more`] : []
  return [...first, ...more].join(', ') || 'none'
}
