import { IFNAMSIZ, isInterfaceName } from '@netloom/netlink/codec'
import { CniError, ErrorCode } from './error.js'

/** Pattern of container IDs and network names. CNI specification, section 2, "Parameters" */
const validName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** White space according to Go's `unicode.IsSpace`. JavaScript's `\s` differs: it lacks U+0085 and contains U+FEFF. */
const forbiddenInInterfaceName = /[/:\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u

/** Checks that a container ID has the form that the CNI specification requires. @throws {CniError} 4 */
export function checkContainerId(id: string): void {
  if (!validName.test(id)) {
    throw new CniError(ErrorCode.invalidEnvironment, 'invalid characters in containerID', id)
  }
}

/** Checks that a network name has the same form as a container ID. @throws {CniError} 7 */
export function checkNetworkName(name: string): void {
  if (!validName.test(name)) {
    throw new CniError(ErrorCode.invalidConfig, 'invalid characters found in network name', name)
  }
}

/** Refuses interface names that the kernel or the CNI library refuses. @throws {CniError} 4 */
export function checkInterfaceName(name: string): void {
  const refuse = (message: string, details = '') => new CniError(ErrorCode.invalidEnvironment, message, details)
  if (Buffer.byteLength(name) >= IFNAMSIZ) {
    throw refuse('interface name is too long', `interface name should be less than ${IFNAMSIZ} characters`)
  }
  if (name === '.' || name === '..') throw refuse('interface name is . or ..')
  if (forbiddenInInterfaceName.test(name)) {
    throw refuse('interface name contains / or : or whitespace characters')
  }
  if (!isInterfaceName(name)) throw refuse('invalid interface name', name)
}

/**
 * Refuses names that cannot be used for a new device. The kernel reads a name with `%` as a pattern (`eth%d`). `all` and `default`
 * are directories of the sysctls net.ipv4.conf and net.ipv6.conf.
 * @throws {CniError} 4
 */
export function checkNewInterfaceName(name: string): void {
  if (name.includes('%')) throw new CniError(ErrorCode.invalidEnvironment, 'interface name contains %', name)
  if (name === 'all' || name === 'default') {
    throw new CniError(ErrorCode.invalidEnvironment, 'interface name is all or default', name)
  }
}

/** True if `checkInterfaceName` and `checkNewInterfaceName` accept the name. */
export function isNewInterfaceName(name: string): boolean {
  try {
    checkInterfaceName(name)
    checkNewInterfaceName(name)
    return true
  } catch {
    return false
  }
}
